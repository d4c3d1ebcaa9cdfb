//! Instructions are written in different cases.
//!
//! Docker takes both `RUN` and `run`; a file that keeps to one of them is read more easily. Most use capitals.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN make
//! run make install
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN make && make install
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("ConsistentInstructionCasing", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let known = file
        .dockerfile
        .instructions
        .iter()
        .filter(|instruction| instruction.keyword != Keyword::Unknown);
    let lower = known
        .clone()
        .filter(|instruction| instruction.name.chars().all(char::is_lowercase))
        .count();
    let upper = known
        .clone()
        .filter(|instruction| instruction.name.chars().all(char::is_uppercase))
        .count();
    for instruction in known {
        let wanted = if lower > upper {
            instruction.name.to_lowercase()
        } else {
            instruction.name.to_uppercase()
        };
        if instruction.name != wanted {
            let place = (instruction.start_line, instruction.start_column);
            let edit = Edit {
                line: place.0,
                column: place.1,
                remove: u32::try_from(instruction.name.chars().count()).unwrap_or(u32::MAX),
                insert: wanted,
            };
            report.add(place.0, place, &instruction.name).fix_with([edit]);
        }
    }
}

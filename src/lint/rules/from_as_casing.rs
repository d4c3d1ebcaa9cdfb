//! `FROM` and `AS` are written in different cases.
//!
//! Both are keywords of one instruction; in the same case they are read as such.
//!
//! ```dockerfile bad
//! FROM debian:12 as build
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("FromAsCasing", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.froms() {
        let Some(word) = step
            .instruction
            .arguments()
            .nth(1)
            .filter(|word| word.eq_ignore_ascii_case("as"))
        else {
            continue;
        };
        let is_lower = |word: &str| word.chars().all(char::is_lowercase);
        let from = &step.instruction.name;
        let fits = if is_lower(from) { is_lower(word) } else { word == "AS" };
        if !fits {
            let (line, column) = step.place_of_argument(1);
            let edit = Edit {
                line,
                column,
                remove: 2,
                insert: if is_lower(from) { "as" } else { "AS" }.to_owned(),
            };
            report.within(step, (line, column), "").fix_with([edit]);
        }
    }
}

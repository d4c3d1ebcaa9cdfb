//! A protocol is written in small letters.
//!
//! `80/TCP` means `80/tcp`, and that is how every list shows it.
//!
//! ```dockerfile bad
//! FROM debian:12
//! EXPOSE 80/TCP
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! EXPOSE 80/tcp
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("ExposeProtoCasing", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Expose) {
        for (word, offset) in step.instruction.arguments_at() {
            let Some((port, protocol)) = word.split_once('/') else {
                continue;
            };
            if protocol != protocol.to_lowercase() && !protocol.contains('$') {
                let (line, column) = step.instruction.locate(offset);
                let edit = Edit {
                    line,
                    column: column.saturating_add(u32::try_from(port.chars().count()).unwrap_or(u32::MAX)),
                    remove: u32::try_from(protocol.chars().count() + 1).unwrap_or(u32::MAX),
                    insert: format!("/{}", protocol.to_lowercase()),
                };
                report.within(step, (line, column), word).fix_with([edit]);
            }
        }
    }
}

//! A port is a number up to 65535.
//!
//! No container can listen on such a port.
//!
//! ```dockerfile bad
//! FROM debian:12
//! EXPOSE 80000
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! EXPOSE 8000
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3011", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Expose) {
        let numbers = |word: &str| -> bool {
            if word.contains('$') {
                return false;
            }
            let ports = word.split('/').next().unwrap_or_default();
            ports
                .split('-')
                .any(|port| port.parse::<u64>().is_ok_and(|port| port > 65535))
        };
        if let Some((word, offset)) = step.instruction.arguments_at().find(|(word, _)| numbers(word)) {
            report.within(step, step.instruction.locate(offset), word);
        }
    }
}

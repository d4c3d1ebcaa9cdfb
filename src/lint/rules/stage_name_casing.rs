//! A stage's name is written in small letters.
//!
//! Docker compares stage names without regard to case; written small, a name looks everywhere as it is compared.
//!
//! ```dockerfile bad
//! FROM debian:12 AS Build
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("StageNameCasing", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        if let Some(name) = file.alias(stage).filter(|name| **name != name.to_lowercase()) {
            report.within(step, step.place_of_argument(2), name);
        }
    }
}

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

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("StageNameCasing", Severity::Warning, check);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for (stage, step) in file.froms().enumerate() {
        if let Some(name) = file.alias(stage).filter(|name| **name != name.to_lowercase()) {
            found.within(step, place_of(step, 2), name);
        }
    }
}

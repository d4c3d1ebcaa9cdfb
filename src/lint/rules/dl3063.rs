//! A stage has a name that means something else.
//!
//! `scratch` is the empty image and `context` the build context; a stage of that name cannot be used, or is taken for
//! them.
//!
//! ```dockerfile bad
//! FROM debian:12 AS scratch
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3063", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        if let Some(name @ ("scratch" | "context")) = file.alias(stage) {
            report.within(step, step.place_of_argument(2), name);
        }
    }
}

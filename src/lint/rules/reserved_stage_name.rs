//! A stage has a name that docker keeps for itself.
//!
//! `scratch` is the empty image and `context` the build context, in any case.
//!
//! ```dockerfile bad
//! FROM debian:12 AS Scratch
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("ReservedStageName", Severity::Warning, check).twin_of(&["DL3063"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        let name = file.alias(stage).unwrap_or_default();
        if matches!(name.to_lowercase().as_str(), "scratch" | "context") {
            report.within(step, step.place_of_argument(2), name);
        }
    }
}

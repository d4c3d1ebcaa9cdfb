//! Two stages have the same name.
//!
//! Docker compares the names without regard to case, and `COPY --from` can mean only one of them.
//!
//! ```dockerfile bad
//! FROM debian:12 AS build
//! FROM alpine:3.19 AS BUILD
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! FROM alpine:3.19 AS final
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DuplicateStageName", Severity::Warning, check).twin_of(&["DL3024"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        let Some(name) = file.alias(stage) else { continue };
        let is_same = |earlier: usize| {
            file.alias(earlier)
                .is_some_and(|other| other.eq_ignore_ascii_case(name))
        };
        if (0..stage).any(is_same) {
            report.within(step, step.place_of_argument(2), name);
        }
    }
}

//! Two stages have the same name.
//!
//! `COPY --from` and `FROM` would mean one of them, and which one is easily mistaken.
//!
//! ```dockerfile bad
//! FROM debian:12 AS build
//! FROM alpine:3.19 AS build
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! FROM alpine:3.19 AS final
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3024", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        let name = file.alias(stage);
        if name.is_some() && (0..stage).any(|earlier| file.alias(earlier) == name) {
            report.within(step, step.place_of_argument(2), name.unwrap_or_default());
        }
    }
}

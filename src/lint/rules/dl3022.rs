//! COPY --from names no earlier stage.
//!
//! A stage must be above the COPY that uses it. For an image, write its tag, so that it does not look like a missing
//! stage.
//!
//! ```dockerfile bad
//! FROM debian:12
//! COPY --from=build /app /app
//! ```
//!
//! ```dockerfile good
//! FROM golang:1.22 AS build
//! RUN go build -o /app
//! FROM debian:12
//! COPY --from=build /app /app
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3022", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Copy) {
        let Some(from) = step.instruction.flag("from") else {
            continue;
        };
        let current = step.stage.unwrap_or_default();
        let is_known = match from.parse::<usize>() {
            Ok(index) => index <= current,
            Err(_) => from.contains(':') || (0..=current).any(|stage| file.alias(stage) == Some(from)),
        };
        if !is_known {
            report.within(step, step.place_of_flag("from"), from);
        }
    }
}

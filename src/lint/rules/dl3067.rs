//! A whole file system is copied out of a stage.
//!
//! `COPY --from=… / /` brings everything along, what the stage was made to leave behind too. Copy what is needed.
//!
//! ```dockerfile bad
//! FROM golang:1.22 AS build
//! FROM debian:12
//! COPY --from=build / /
//! ```
//!
//! ```dockerfile good
//! FROM golang:1.22 AS build
//! FROM debian:12
//! COPY --from=build /app /app
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3067", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Copy) {
        let words: Vec<&str> = step.instruction.arguments().map(unquoted).collect();
        if step.instruction.flag("from").is_some() && words == ["/", "/"] {
            report.at(step);
        }
    }
}

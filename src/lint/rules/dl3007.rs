//! The tag `latest` changes over time.
//!
//! `latest` moves: two builds of the same Dockerfile can use different base images, and it is unclear which one was
//! tested. Name the version.
//!
//! ```dockerfile bad
//! FROM python:latest
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12-slim
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3007", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.froms() {
        let base = step.instruction.arguments().next().unwrap_or_default();
        if tag_and_digest(base) == (Some("latest"), None) {
            report.within(step, step.place_of_argument(0), base);
        }
    }
}

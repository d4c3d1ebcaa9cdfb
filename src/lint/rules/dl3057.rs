//! There is no HEALTHCHECK.
//!
//! Without one an engine only sees that the process lives, not that it answers. Where something else asks, an
//! orchestrator for instance, none is needed; this rule is off until a setting gives it a severity.
//!
//! ```yaml
//! override:
//!   info: [DL3057]
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! HEALTHCHECK CMD ["curl", "-f", "http://localhost:8000"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3057", Severity::Off, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        let is_there = |stage: usize| file.all(Keyword::Healthcheck).any(|step| step.stage == Some(stage));
        if !file.is_parent(stage) && !file.in_lineage(stage, is_there) {
            report.at(step);
        }
    }
}

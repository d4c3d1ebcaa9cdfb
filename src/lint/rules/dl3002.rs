//! The last USER is root.
//!
//! The process runs as the last USER. If it runs as root, an attacker who breaks into it controls everything in the
//! container, and perhaps a mounted folder too. Switch to another user after the steps that need root.
//!
//! ```dockerfile bad
//! FROM debian:12
//! USER app
//! USER root
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! USER root
//! USER 10000
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3002", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for stage in 0..file.stages.len() {
        let last = file.all(Keyword::User).filter(|step| step.stage == Some(stage)).last();
        if let Some(step) = last.filter(|step| is_root(&step.instruction.text)) {
            report.at(step);
        }
    }
}

fn is_root(user: &str) -> bool {
    matches!(user.split(':').next().unwrap_or_default().trim(), "root" | "0")
}

//! WORKDIR takes an absolute path.
//!
//! A relative path stands on whatever WORKDIR was before, the base image's perhaps, so the same line means another
//! folder under another base. Write the whole path, from the slash on.
//!
//! ```dockerfile bad
//! FROM debian:12
//! WORKDIR server
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! WORKDIR /server
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3000", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Workdir) {
        if !step.instruction.text.is_empty() && !is_absolute(&step.instruction.text) {
            report.at(step);
        }
    }
}

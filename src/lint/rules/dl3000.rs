//! WORKDIR takes an absolute path.
//!
//! A relative path starts at the WORKDIR before it, which can be the base image's. With a different base, the same line
//! means a different folder. Write the whole path, starting with a slash.
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

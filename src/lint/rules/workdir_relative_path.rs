//! WORKDIR is relative, and nothing says to what.
//!
//! Without an absolute WORKDIR above, the path starts at the base image's folder, which can change.
//!
//! ```dockerfile bad
//! FROM debian:12
//! WORKDIR server
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! WORKDIR /
//! WORKDIR server
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("WorkdirRelativePath", Severity::Warning, check).twin_of(&["DL3000"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let mut is_set: Vec<usize> = Vec::new();
    with_values(file, |step, values| {
        if step.keyword() != Keyword::Workdir {
            return;
        }
        let stage = step.stage.unwrap_or_default();
        let written = &step.instruction.text;
        let path = known_value(file, written, values).filter(|path| !path.is_empty());
        if is_absolute(path.as_deref().unwrap_or(written)) {
            is_set.push(stage);
        } else if !file.in_lineage(stage, |stage| is_set.contains(&stage)) {
            report.at(step);
        }
    });
}

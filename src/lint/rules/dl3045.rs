//! COPY to a relative path without a WORKDIR.
//!
//! The files land in whatever folder the base image works in, the root often. Set WORKDIR first, or write the whole
//! path.
//!
//! ```dockerfile bad
//! FROM debian:12
//! COPY app app
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! WORKDIR /server
//! COPY app app
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3045", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let mut with_workdir: Vec<usize> = Vec::new();
    for step in file.steps.iter().filter(|step| !step.on_build) {
        let stage = step.stage.unwrap_or_default();
        match step.keyword() {
            Keyword::Workdir => with_workdir.push(stage),
            Keyword::Copy => {
                let Some((target, offset)) = step.instruction.arguments_at().last() else {
                    continue;
                };
                if !is_absolute(target) && !file.in_lineage(stage, |stage| with_workdir.contains(&stage)) {
                    report.within(step, step.instruction.locate(offset), target);
                }
            }
            _ => {}
        }
    }
}

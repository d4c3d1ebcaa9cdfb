//! A label that has to be there is missing.
//!
//! The settings name labels that every image carries, so that one can tell later who made it and from what.
//!
//! ```yaml
//! label-schema:
//!   author: text
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL author="Ada"
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3049", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        for label in file.config.label_schema.keys() {
            let is_there = |stage: usize| {
                file.all(Keyword::Label)
                    .filter(|step| step.stage == Some(stage))
                    .flat_map(|step| &step.instruction.pairs)
                    .any(|pair| unquoted(&pair.name) == label)
            };
            // A stage based on this one may add it.
            let is_added = (stage + 1..file.stages.len())
                .any(|later| is_there(later) && file.in_lineage(later, |ancestor| ancestor == stage));
            if !is_added && !file.in_lineage(stage, is_there) {
                report.within(step, (step.line, 1), label);
            }
        }
    }
}

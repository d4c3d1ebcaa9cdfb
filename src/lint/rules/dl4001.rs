//! Both wget and curl are used.
//!
//! Either of them downloads; both have to be installed, learnt and kept up to date. Choose one.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN wget -q https://example.com/a && curl -O https://example.com/b
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN curl -O https://example.com/a && curl -O https://example.com/b
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL4001", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    let mut stage = None;
    for step in file.runs() {
        if step.stage != stage {
            seen.clear();
            stage = step.stage;
        }
        let used: Vec<&str> = ["curl", "wget"]
            .into_iter()
            .filter(|tool| step.commands.iter().any(|command| command.is(tool)))
            .collect();
        for tool in &used {
            if !seen.contains(tool) {
                seen.push(tool);
            }
        }
        if !used.is_empty() && seen.len() > 1 {
            report.at(step);
        }
    }
}

//! The lists are fetched in one RUN and used in another.
//!
//! The RUN with `update` stays in the cache for weeks while the one with `install` changes: then old lists name
//! packages that are gone. Join them.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN apt-get update
//! RUN apt-get install -y curl=7.88
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN apt-get update && apt-get install -y curl=7.88 && rm -rf /var/lib/apt/lists/*
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB005", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (index, step) in file.steps.iter().enumerate() {
        let does = |step: &BuildStep<'_>, verb: &str| {
            step.commands
                .iter()
                .any(|command| command.is_any(&["apt", "apt-get"]) && command.has(&[verb]))
        };
        if step.on_build || !does(step, "update") || does(step, "install") {
            continue;
        }
        let mut later = file
            .steps
            .iter()
            .skip(index + 1)
            .take_while(|one| one.stage == step.stage);
        if let Some(install) = later.find(|one| does(one, "install") && !does(one, "update")) {
            report.within(
                step,
                (step.line, step.instruction.start_column),
                &say!("line {}", install.line),
            );
        }
    }
}

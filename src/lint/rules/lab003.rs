//! Files are stored twice for the sake of their owner or mode.
//!
//! A RUN that changes owner or mode of files from an earlier line stores all of them again in its own layer. `COPY
//! --chown` and `COPY --chmod` copy them as they should be.
//!
//! ```dockerfile bad
//! FROM debian:12
//! COPY app /server/app
//! RUN chown -R 10000 /server/app
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! COPY --chown=10000 app /server/app
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB003", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (index, step) in file.steps.iter().enumerate() {
        for command in &step.commands {
            if !command.is_any(&["chown", "chmod", "chgrp"]) {
                continue;
            }
            let earlier = &file.steps[..index];
            let touched = command.plain().skip(1).find(|arg| {
                earlier
                    .iter()
                    .filter(|one| one.stage == step.stage && !one.on_build)
                    .any(|copy| brings(copy, &arg.text, command.has_flag(&["R", "recursive"])))
            });
            if let Some(arg) = touched {
                report.within(step, command.program.at, &arg.written);
            }
        }
    }
}

//! What an earlier line stored is removed too late.
//!
//! A layer never changes once it is made: the file is gone from sight and still in the image. Remove it in the RUN
//! that made it, or do not bring it in.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN curl -o /tmp/big.tar https://example.com/big.tar
//! RUN tar -xf /tmp/big.tar && rm /tmp/big.tar
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN curl -o /tmp/big.tar https://example.com/big.tar && tar -xf /tmp/big.tar && rm /tmp/big.tar
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB004", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (index, step) in file.steps.iter().enumerate() {
        for command in step.commands.iter().filter(|command| command.is("rm")) {
            let late = command.plain().find_map(|arg| {
                let before = file.steps[..index]
                    .iter()
                    .rev()
                    .filter(|one| one.stage == step.stage && !one.on_build);
                let maker = before
                    .filter(|one| stores(one, &arg.text))
                    .find(|_| !step.commands.iter().any(|own| !own.is("rm") && writes(own, &arg.text)))?;
                Some((arg, maker.line))
            });
            if let Some((arg, line)) = late {
                report.within(step, arg.at, &say!("{} of line {line}", arg.written; line));
            }
        }
    }
}

/// Whether a step leaves something at this path.
fn stores(step: &BuildStep<'_>, path: &str) -> bool {
    brings(step, path, false) || step.commands.iter().any(|command| writes(command, path))
}

/// Whether a command writes to this path, or leaves a cache there.
fn writes(command: &SimpleCommand, path: &str) -> bool {
    let path = path.trim_end_matches(['*', '/']);
    if !path.starts_with('/') || path.len() < 2 {
        return false;
    }
    let downloads = command.is_any(&["curl", "wget"])
        && command
            .values_of(&["o", "O", "output", "output-document"])
            .any(|value| value.text.starts_with(path));
    let lists =
        path.starts_with("/var/lib/apt/lists") && command.is_any(&["apt", "apt-get"]) && command.has(&["update"]);
    let cache = path.starts_with("/root/.cache")
        && command.name().starts_with("pip")
        && command.has(&["install"])
        && !command.has_flag(&["no-cache-dir"]);
    downloads || lists || cache
}

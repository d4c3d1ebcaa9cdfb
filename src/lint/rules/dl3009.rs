//! apt's package lists stay in the layer.
//!
//! `apt-get update` stores some 20 to 40 MB of lists that are never used again. Remove them in the same RUN: a later one
//! cannot give the bytes back, the layer is made.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN apt-get update && apt-get install -y curl
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y curl
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3009", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.runs().filter(|step| step.on_build || file.is_kept(step.stage)) {
        let updates =
            |command: &&SimpleCommand| command.is_any(&["apt-get", "apt", "aptitude"]) && command.has(&["update"]);
        let Some(update) = step.commands.iter().find(updates) else {
            continue;
        };
        let removes = |command: &SimpleCommand| command.is("rm") && command.has(&["-rf", LISTS, "/var/lib/apt/lists"]);
        let both =
            keeps_out(step, |target| target == "/var/lib/apt") && keeps_out(step, |target| target == "/var/cache/apt");
        if !step.commands.iter().any(removes) && !both && !keeps_out(step, |target| target == "/var/lib/apt/lists") {
            report.within(step, update.program.at, "");
        }
    }
}

const LISTS: &str = "/var/lib/apt/lists/*";

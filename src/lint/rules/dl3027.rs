//! apt is made for people, apt-get for scripts.
//!
//! What `apt` prints and asks may change from one version to the next; it says so itself. In a Dockerfile use apt-get
//! or apt-cache.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN apt update
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN apt-get update && rm -rf /var/lib/apt/lists/*
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3027", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let shared = [
        "install",
        "update",
        "upgrade",
        "remove",
        "purge",
        "autoremove",
        "clean",
        "autoclean",
    ];
    for (step, command) in file.commands() {
        if command.is("apt") {
            let finding = report.within(step, command.program.at, "");
            if command
                .plain()
                .next()
                .is_some_and(|arg| shared.contains(&arg.text.as_str()))
            {
                finding.fix_with(command.program.replaced_by("apt-get"));
            }
        }
    }
}

//! A whole distribution is upgraded within an image.
//!
//! `zypper dist-upgrade` turns the base image into another one, layer upon layer. Take a newer base image.
//!
//! ```dockerfile bad
//! FROM opensuse/leap:15.5
//! RUN zypper dist-upgrade -y
//! ```
//!
//! ```dockerfile good
//! FROM opensuse/leap:15.6
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3035", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if command.is("zypper") && command.has(&["dist-upgrade", "dup"]) {
            report.within(step, command.program.at, "");
        }
    }
}

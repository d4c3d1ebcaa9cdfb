//! Use SHELL to change the shell.
//!
//! A link in the place of /bin/sh changes it for everything in the image that counts on it. SHELL changes it for the
//! RUNs below, and nothing else.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN ln -sf /bin/bash /bin/sh
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! SHELL ["/bin/bash", "-c"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL4005", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if command.is("ln") && command.has(&["/bin/sh"]) {
            report.within(step, command.program.at, "");
        }
    }
}

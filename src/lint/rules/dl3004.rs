//! There is no need for sudo.
//!
//! A build runs as root until USER says otherwise, and `sudo` drags a setuid program into the image. Do root's work
//! before USER, or switch to root and back.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN sudo make install
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! USER root
//! RUN make install
//! USER 10000
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3004", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if command.is("sudo") {
            report.within(step, command.program.at, "");
        }
    }
}

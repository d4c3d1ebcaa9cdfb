//! Use WORKDIR to change the folder.
//!
//! A `cd` lasts until its RUN ends; the next one starts in the old folder again. WORKDIR lasts, makes the folder, and
//! shows at a glance where the files go.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN cd /server && make
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! WORKDIR /server
//! RUN make
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3003", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if command.is("cd") {
            report.within(step, command.program.at, "");
        }
    }
}

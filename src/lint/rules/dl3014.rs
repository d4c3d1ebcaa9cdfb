//! apt-get install waits for an answer.
//!
//! Without `-y` apt-get asks whether to continue, gets no answer, and the build stops.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN apt-get update && apt-get install curl=7.88
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN apt-get update && apt-get install -y curl=7.88
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3014", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        let Some(install) = command.arg(&["install"]).filter(|_| command.is("apt-get")) else {
            continue;
        };
        let is_quiet = command.count_flag("q") > 1 || command.count_flag("quiet") > 1 || command.has(&["-q=2"]);
        if !is_quiet && !command.has_flag(&["y", "yes", "assume-yes"]) {
            report
                .within(step, command.program.at, "")
                .fix_with(install.followed_by(" -y"));
        }
    }
}

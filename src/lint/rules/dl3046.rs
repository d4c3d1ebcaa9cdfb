//! useradd with a high number makes a huge file.
//!
//! For a user with a number beyond five digits useradd writes a file of logins as long as that number asks for,
//! gigabytes perhaps. `-l` (`--no-log-init`) does not.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN useradd -u 1234567 app
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN useradd -l -u 1234567 app
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3046", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        let is_high = command
            .values_of(&["u"])
            .any(|value| !value.text.contains('$') && value.text.chars().count() > 5);
        if command.is("useradd") && is_high && !command.has_flag(&["l", "no-log-init"]) {
            report
                .within(step, command.program.at, "")
                .fix_with(command.program.followed_by(" -l"));
        }
    }
}

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
        let is_high = command.values_of(&["u"]).any(is_long);
        if command.is("useradd") && is_high && !command.has_flag(&["l", "no-log-init"]) {
            report
                .within(step, command.program.at, "")
                .fix_with(command.program.followed_by(" -l"));
        }
    }
}

/// Whether a number has more than five digits; of a variable hadolint counts the letters of `${NAME}`.
fn is_long(number: &Arg) -> bool {
    if !number.is_expanded {
        return number.text.chars().count() > 5;
    }
    let written = number.written.replace(['"', '\''], "");
    let without_braces = written.split('$').skip(1).filter(|rest| !rest.starts_with('{')).count();
    written.contains(['(', '`', ':', '#', '%', '/']) || written.chars().count() + 2 * without_braces > 5
}

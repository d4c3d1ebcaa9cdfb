//! This command is of no use in a container.
//!
//! A container is one process with its files, not a machine: there are no services to start, no disks to mount, nobody
//! to log in. Such a command either fails while building or does nothing.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN service nginx start
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! CMD ["nginx", "-g", "daemon off;"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3001", Severity::Info, check);

const OF_NO_USE: [&str; 9] = [
    "free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim",
];

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if command.is_any(&OF_NO_USE) {
            report.within(step, command.program.at, command.name());
        }
    }
}

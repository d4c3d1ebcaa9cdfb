//! apt-get install brings recommended packages too.
//!
//! Packages recommend others that they run without. `--no-install-recommends` leaves them out, often half of what
//! would be downloaded and stored.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN apt-get update && apt-get install -y curl=7.88
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3015", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        let installs = command.is("apt-get") && command.has(&["install"]);
        let refuses = command.has_flag(&["no-install-recommends"]) || command.has(&["APT::Install-Recommends=false"]);
        if installs && !refuses {
            report.within(step, command.program.at, "");
        }
    }
}

//! apt-get installs a package without a version.
//!
//! The archive's newest version is installed, whichever that is on the day of the build. A version (`curl=7.88.1-10`)
//! makes the build say so when it changes. Distributions drop old versions, so a pinned build has to be tended; decide
//! with your team.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN apt-get update && apt-get install -y curl
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN apt-get update && apt-get install -y curl=7.88.1-10+deb12u8
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3008", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if !command.is("apt-get") || !command.has(&["install"]) {
            continue;
        }
        let packages = command.plain_without(&["t", "target-release"]);
        let loose: Vec<&Arg> = packages
            .into_iter()
            .filter(|arg| arg.text != "install" && !arg.text.contains(['=', '/']) && !arg.text.ends_with(".deb"))
            .collect();
        report_unpinned(step, &loose, report);
    }
}

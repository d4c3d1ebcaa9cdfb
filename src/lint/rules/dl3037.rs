//! zypper installs a package without a version.
//!
//! The newest version is installed, whichever that is on the day of the build. Write `package=version`.
//!
//! ```dockerfile bad
//! FROM opensuse/leap:15.5
//! RUN zypper install -y httpd && zypper clean
//! ```
//!
//! ```dockerfile good
//! FROM opensuse/leap:15.5
//! RUN zypper install -y httpd=2.4.46 && zypper clean
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3037", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if !command.is("zypper") || !command.has(&["install", "in"]) {
            continue;
        }
        let loose: Vec<&Arg> = command
            .plain()
            .filter(|arg| !matches!(arg.text.as_str(), "install" | "in"))
            .filter(|arg| !arg.text.contains(['=', '<', '>']) && !arg.text.ends_with(".rpm"))
            .collect();
        report_unpinned(step, &loose, report);
    }
}

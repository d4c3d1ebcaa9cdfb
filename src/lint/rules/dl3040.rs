//! dnf's cache stays in the layer.
//!
//! dnf keeps lists and packages that are never used again. Run `dnf clean all` in the same RUN: a later one cannot give
//! the bytes back.
//!
//! ```dockerfile bad
//! FROM fedora:40
//! RUN dnf install -y httpd-2.4
//! ```
//!
//! ```dockerfile good
//! FROM fedora:40
//! RUN dnf install -y httpd-2.4 && dnf clean all
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3040", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for program in ["dnf", "microdnf"] {
        let cleans = |command: &SimpleCommand| {
            (command.is(program) && command.has(&["clean", "all"]))
                || (command.is("rm") && command.has(&["-rf", "/var/cache/libdnf5*"]))
        };
        let is_kept_out = |step: &BuildStep<'_>| keeps_out(step, |target| target == "/var/cache/libdnf5");
        uncleaned(
            file,
            &[program],
            &["install", "in", "upgrade", "reinstall"],
            cleans,
            is_kept_out,
            report,
        );
    }
}

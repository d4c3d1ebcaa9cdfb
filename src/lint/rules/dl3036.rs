//! zypper's cache stays in the layer.
//!
//! zypper keeps lists and packages that are never used again. Run `zypper clean` in the same RUN: a later one cannot
//! give the bytes back.
//!
//! ```dockerfile bad
//! FROM opensuse/leap:15.5
//! RUN zypper install -y httpd=2.4
//! ```
//!
//! ```dockerfile good
//! FROM opensuse/leap:15.5
//! RUN zypper install -y httpd=2.4 && zypper clean
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3036", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let cleans = |command: &SimpleCommand| command.is("zypper") && command.has(&["clean", "cc"]);
    let is_kept_out = |step: &BuildStep<'_>| keeps_out(step, |target| target == "/var/cache/zypp");
    uncleaned(file, &["zypper"], &["install", "in"], cleans, is_kept_out, report);
}

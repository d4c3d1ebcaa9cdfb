//! zypper waits for an answer.
//!
//! Without `-y` or `-n` zypper asks whether to continue, gets no answer, and the build stops.
//!
//! ```dockerfile bad
//! FROM opensuse/leap:15.5
//! RUN zypper install httpd=2.4 && zypper clean
//! ```
//!
//! ```dockerfile good
//! FROM opensuse/leap:15.5
//! RUN zypper install -y httpd=2.4 && zypper clean
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3034", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let words = ["install", "in", "remove", "rm", "source-install", "si", "patch"];
    unanswered(
        file,
        &["zypper"],
        &words,
        &["y", "no-confirm", "n", "non-interactive"],
        report,
    );
}

//! dnf install waits for an answer.
//!
//! Without `-y` dnf asks whether to continue, gets no answer, and the build stops.
//!
//! ```dockerfile bad
//! FROM fedora:40
//! RUN dnf install httpd-2.4 && dnf clean all
//! ```
//!
//! ```dockerfile good
//! FROM fedora:40
//! RUN dnf install -y httpd-2.4 && dnf clean all
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3038", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let words = ["install", "groupinstall", "localinstall"];
    unanswered(file, &["dnf", "microdnf"], &words, &["y", "assumeyes"], report);
}

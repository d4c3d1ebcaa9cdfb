//! A comment silences a rule.
//!
//! Silencing hides a finding from the next reader too. Some teams want every such comment to be seen; this rule is off
//! until a setting gives it a severity.
//!
//! ```yaml
//! override:
//!   info: [DL1001]
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! # hadolint ignore=DL3059
//! RUN echo a
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN echo a
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL1001", Severity::Off, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for line in crate::lint::pragma::lines(file.dockerfile) {
        report.add(line, (line, 1), "");
    }
}

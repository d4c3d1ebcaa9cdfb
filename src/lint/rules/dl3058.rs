//! A label is not a valid email address.
//!
//! The settings say that this label is one address of electronic mail.
//!
//! ```yaml
//! label-schema:
//!   author: email
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL author=Ada
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL author=ada@example.com
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3058", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    bad_labels(file, LabelKind::Email, is_email, report);
}

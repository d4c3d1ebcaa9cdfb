//! A label is not a valid date and time.
//!
//! The settings say that this label is a time as in RFC 3339.
//!
//! ```yaml
//! label-schema:
//!   built: rfc3339
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL built=2026-11-24
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL built=2026-11-24T08:00:00Z
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3053", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    bad_labels(file, LabelKind::Rfc3339, is_rfc3339, report);
}

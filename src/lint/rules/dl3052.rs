//! A label is not a valid URL.
//!
//! The settings say that this label is a URL: with its scheme, and without blanks.
//!
//! ```yaml
//! label-schema:
//!   home: url
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL home=example.com/app
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL home=https://example.com/app
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3052", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    bad_labels(file, LabelKind::Url, is_url, report);
}

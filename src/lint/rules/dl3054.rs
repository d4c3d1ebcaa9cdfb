//! A label is not a valid licence.
//!
//! The settings say that this label is a licence by its SPDX name, or an expression of several.
//!
//! ```yaml
//! label-schema:
//!   licence: spdx
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL licence="my own"
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL licence=MIT
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3054", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    bad_labels(file, LabelKind::Spdx, is_licence, report);
}

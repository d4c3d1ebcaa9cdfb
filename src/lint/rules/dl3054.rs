//! A label is no licence.
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

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3054", Severity::Warning, check);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    bad_labels(file, LabelKind::Spdx, is_licence, found);
}

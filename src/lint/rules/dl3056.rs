//! A label is not a valid version.
//!
//! The settings say that this label is a version of three numbers, as in "Semantic Versioning".
//!
//! ```yaml
//! label-schema:
//!   version: semver
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL version=1.2
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL version=1.2.0
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3056", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    bad_labels(file, LabelKind::Semver, is_semantic_version, report);
}

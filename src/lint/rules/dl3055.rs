//! A label is not a valid git commit.
//!
//! The settings say that this label is a commit: 40 letters of its hash, or the first 7.
//!
//! ```yaml
//! label-schema:
//!   commit: hash
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL commit=main
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL commit=5b75ddf
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3055", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    bad_labels(file, LabelKind::Hash, is_git_hash, report);
}

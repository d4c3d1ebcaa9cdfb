//! A required label is empty.
//!
//! An empty label gives no information.
//!
//! ```yaml
//! label-schema:
//!   author: text
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL author=""
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL author="Ada"
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3051", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (_, kind) in LabelKind::ALL {
        bad_labels(file, kind, |value| !value.is_empty(), report);
    }
}

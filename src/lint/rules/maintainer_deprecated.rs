//! MAINTAINER is no longer used.
//!
//! The label `org.opencontainers.image.authors` says the same, and tools read it.
//!
//! ```dockerfile bad
//! FROM debian:12
//! MAINTAINER Ada
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL org.opencontainers.image.authors="Ada"
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("MaintainerDeprecated", Severity::Warning, check).twin_of(&["DL4000"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Maintainer) {
        report.at(step).fix_with(author_label(step));
    }
}

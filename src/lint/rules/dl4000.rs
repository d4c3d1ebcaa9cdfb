//! MAINTAINER is no longer used.
//!
//! It was replaced by a label years ago. `org.opencontainers.image.authors` is the name that tools read.
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

pub(super) const RULE: Rule = Rule::new("DL4000", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Maintainer) {
        report.at(step).fix_with(author_label(step));
    }
}

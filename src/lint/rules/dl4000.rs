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

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL4000", Severity::Error, check);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for step in file.all(Keyword::Maintainer) {
        found.at(step).mend(author_label(step));
    }
}

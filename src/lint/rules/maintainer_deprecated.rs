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

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("MaintainerDeprecated", Severity::Warning, check).behind(&["DL4000"]);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for step in file.all(Keyword::Maintainer) {
        found.at(step).mend(author_label(step));
    }
}

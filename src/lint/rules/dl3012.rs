//! Only the last HEALTHCHECK counts.
//!
//! An image has one health check; those before the last one are dropped without a word.
//!
//! ```dockerfile bad
//! FROM debian:12
//! HEALTHCHECK CMD ["true"]
//! HEALTHCHECK CMD ["false"]
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! HEALTHCHECK CMD ["true"]
//! ```

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3012", Severity::Error, check);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for step in after_the_first(file, Keyword::Healthcheck) {
        found.at(step);
    }
}

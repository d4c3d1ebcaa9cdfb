//! Only the last CMD counts.
//!
//! An image starts one command; those before the last one are dropped without a word.
//!
//! ```dockerfile bad
//! FROM debian:12
//! CMD ["a"]
//! CMD ["b"]
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! CMD ["b"]
//! ```

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL4003", Severity::Warning, check);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for step in after_the_first(file, Keyword::Cmd) {
        found.at(step);
    }
}

//! Only the last ENTRYPOINT counts.
//!
//! An image starts one program; those before the last one are dropped without a word.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ENTRYPOINT ["a"]
//! ENTRYPOINT ["b"]
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ENTRYPOINT ["b"]
//! ```

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL4004", Severity::Error, check);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for step in after_the_first(file, Keyword::Entrypoint) {
        found.at(step);
    }
}

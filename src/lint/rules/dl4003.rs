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

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL4003", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.after_the_first(Keyword::Cmd) {
        report.at(step);
    }
}

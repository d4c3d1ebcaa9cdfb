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

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL4004", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.after_the_first(Keyword::Entrypoint) {
        report.at(step);
    }
}

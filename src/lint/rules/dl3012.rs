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

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3012", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.after_the_first(Keyword::Healthcheck) {
        report.at(step);
    }
}

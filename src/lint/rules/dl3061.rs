//! A Dockerfile begins with FROM.
//!
//! Above the first FROM only ARG may stand, for FROM itself to use.
//!
//! ```dockerfile bad
//! RUN make
//! FROM debian:12
//! ```
//!
//! ```dockerfile good
//! ARG VERSION=12
//! FROM debian:$VERSION
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3061", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.steps.iter().filter(|step| step.stage.is_none()) {
        if step.on_build || !matches!(step.keyword(), Keyword::Arg | Keyword::Unknown) {
            report.at(step);
        }
    }
}

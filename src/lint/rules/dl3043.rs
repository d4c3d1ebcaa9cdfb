//! ONBUILD cannot hold this instruction.
//!
//! An ONBUILD within an ONBUILD, a FROM or a MAINTAINER is refused when somebody builds on the image.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ONBUILD FROM alpine:3.19
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ONBUILD RUN make
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3043", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.steps.iter().filter(|step| step.on_build) {
        if matches!(step.keyword(), Keyword::Onbuild | Keyword::From | Keyword::Maintainer) {
            report.at(step);
        }
    }
}

//! `--platform=$TARGETPLATFORM` says what is so anyway.
//!
//! A base image is taken for the platform that is built for; the flag changes nothing.
//!
//! ```dockerfile bad
//! FROM --platform=$TARGETPLATFORM debian:12
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3065", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.froms() {
        if let Some("$TARGETPLATFORM" | "${TARGETPLATFORM}") = step.instruction.flag("platform") {
            report.within(step, step.place_of_flag("platform"), "");
        }
    }
}

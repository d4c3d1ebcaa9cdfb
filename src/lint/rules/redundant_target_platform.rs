//! `--platform=$TARGETPLATFORM` says what is so anyway.
//!
//! A base image is taken for the platform that is built for; the flag changes nothing.
//!
//! ```dockerfile bad
//! FROM --platform=${TARGETPLATFORM} debian:12
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("RedundantTargetPlatform", Severity::Warning, check).twin_of(&["DL3065"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.froms() {
        let platform = step.instruction.flag("platform").map(unquoted);
        if let Some("$TARGETPLATFORM" | "${TARGETPLATFORM}") = platform {
            report.within(step, step.place_of_flag("platform"), "");
        }
    }
}

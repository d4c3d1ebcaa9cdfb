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

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3065", Severity::Warning, check);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for step in file.froms() {
        if let Some("$TARGETPLATFORM" | "${TARGETPLATFORM}") = step.instruction.flag("platform") {
            found.within(step, place_of_flag(step, "platform"), "");
        }
    }
}

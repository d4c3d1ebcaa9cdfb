//! FROM fixes the platform.
//!
//! A fixed `--platform` builds one architecture for everyone, with slow emulation on other machines. Choose the platform
//! when you build: `docker build --platform`.
//!
//! ```dockerfile bad
//! FROM --platform=linux/amd64 debian:12
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ```
//!
//! ```dockerfile good
//! FROM --platform=$BUILDPLATFORM debian:12
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3029", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.froms() {
        let platform = step.instruction.flag("platform").unwrap_or_default();
        let is_asked = platform.contains("BUILDPLATFORM") || platform.contains("TARGETPLATFORM");
        if !platform.is_empty() && !is_asked {
            report.within(step, step.place_of_flag("platform"), platform);
        }
    }
}

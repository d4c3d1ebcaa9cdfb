//! FROM fixes the platform.
//!
//! A fixed `--platform` gives everybody the same architecture, slowly emulated where it is not their own. Leave it to
//! whoever builds, or use a variable.
//!
//! ```dockerfile bad
//! FROM --platform=linux/amd64 debian:12
//! ```
//!
//! ```dockerfile good
//! FROM --platform=$BUILDPLATFORM debian:12
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule =
    Rule::new("FromPlatformFlagConstDisallowed", Severity::Warning, check).twin_of(&["DL3029"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (stage, step) in file.froms().enumerate() {
        // A stage may well be named after its platform; docker lets that pass.
        let name = file.alias(stage).unwrap_or_default();
        let Some(platform) = step.instruction.flag("platform").map(unquoted) else {
            continue;
        };
        let is_named = platform.split('/').all(|part| name.contains(part));
        if !platform.is_empty() && !platform.contains('$') && !is_named {
            report.within(step, step.place_of_flag("platform"), platform);
        }
    }
}

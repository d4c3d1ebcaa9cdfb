//! apk keeps its index in the layer.
//!
//! `apk add` stores the index of packages in the image. `--no-cache` uses it and stores nothing, so there is nothing
//! to update before and to remove after.
//!
//! ```dockerfile bad
//! FROM alpine:3.19
//! RUN apk add curl~8.5
//! ```
//!
//! ```dockerfile good
//! FROM alpine:3.19
//! RUN apk add --no-cache curl~8.5
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3019", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        let Some(add) = command.arg(&["add"]).filter(|_| command.is("apk")) else {
            continue;
        };
        if !command.has_flag(&["no-cache"]) && !keeps_out(step, |target| target == "/var/cache/apk") {
            report
                .within(step, command.program.at, "")
                .fix_with(add.followed_by(" --no-cache"));
        }
    }
}

//! apk adds a package without a version.
//!
//! The archive's newest version is installed, whichever that is on the day of the build. Write `package=version`, or
//! `package~version` for any of its revisions.
//!
//! ```dockerfile bad
//! FROM alpine:3.19
//! RUN apk add --no-cache curl
//! ```
//!
//! ```dockerfile good
//! FROM alpine:3.19
//! RUN apk add --no-cache curl~8.5
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3018", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if !command.is("apk") || !command.has(&["add"]) {
            continue;
        }
        let words = command.plain_without(&["t", "virtual", "repository", "X"]);
        let loose: Vec<&Arg> = words
            .into_iter()
            .filter(|arg| arg.text != "add" && !arg.text.contains(['=', '~', '<', '>']) && !arg.text.ends_with(".apk"))
            .collect();
        report_unpinned(step, &loose, report);
    }
}

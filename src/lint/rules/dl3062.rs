//! go fetches a module without a version.
//!
//! The newest version is fetched, whichever that is on the day of the build. Write `module@version`; `@latest` is
//! none.
//!
//! ```dockerfile bad
//! FROM golang:1.22
//! RUN go install example.com/tool@latest
//! ```
//!
//! ```dockerfile good
//! FROM golang:1.22
//! RUN go install example.com/tool@v1.2.3
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3062", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let verbs = ["install", "get", "run"];
    for (step, command) in file.commands() {
        if !command.is("go") || !command.has(&verbs) {
            continue;
        }
        let loose: Vec<&Arg> = command
            .plain()
            .filter(|arg| !verbs.contains(&arg.text.as_str()))
            .filter(|arg| !arg.text.starts_with(['.', '/']))
            .filter(|arg| match arg.text.split_once('@') {
                None => true,
                Some((_, version)) => matches!(version, "latest" | "none"),
            })
            .collect();
        report_unpinned(step, &loose, report);
    }
}

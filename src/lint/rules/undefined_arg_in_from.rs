//! FROM uses a variable that no ARG above declares.
//!
//! It is empty there. Only ARGs above the first FROM count for FROM, and those that docker brings, such as
//! `TARGETPLATFORM`.
//!
//! ```dockerfile bad
//! ARG VERSION=12
//! FROM debian:$VERSOIN
//! ```
//!
//! ```dockerfile good
//! ARG VERSION=12
//! FROM debian:$VERSION
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("UndefinedArgInFrom", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let declared = global_args(file);
    let names: Vec<&str> = declared.iter().map(|(name, _)| *name).chain(PLATFORM_ARGS).collect();
    for step in file.froms() {
        let base = step.instruction.arguments().next().unwrap_or_default();
        let platform = step.instruction.flag("platform").unwrap_or_default();
        for name in variables(base).into_iter().chain(variables(platform)) {
            if !names.contains(&name) {
                report.within(step, step.place_of_argument(0), &with_suggestion(name, &names));
            }
        }
    }
}

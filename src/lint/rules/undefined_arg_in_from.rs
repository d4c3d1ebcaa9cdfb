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
    let (values, names) = global_args(file);
    for step in file.froms() {
        let base = step.instruction.arguments().next().unwrap_or_default();
        let platform = step.instruction.flag("platform").unwrap_or_default();
        for text in [base, platform].into_iter().filter(|text| text.contains('$')) {
            let Some(expanded) = expanded(file, text, &values, SubstitutionRules::default()) else {
                continue;
            };
            for name in expanded.unset.iter().filter(|name| !names.contains(name)) {
                let what = with_suggestion(name, names.iter().map(String::as_str));
                report.within(step, step.place_of_argument(0), &what);
            }
        }
    }
}

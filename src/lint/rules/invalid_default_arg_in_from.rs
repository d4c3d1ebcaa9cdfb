//! FROM's image has no valid name until an ARG is given.
//!
//! The ARG has no default, so `docker build` without `--build-arg` fails at once. Give it one.
//!
//! ```dockerfile bad
//! ARG VERSION
//! FROM debian:${VERSION}
//! ```
//!
//! ```dockerfile good
//! ARG VERSION=12
//! FROM debian:${VERSION}
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("InvalidDefaultArgInFrom", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let declared = global_args(file);
    for step in file.froms() {
        let base = step.instruction.arguments().next().unwrap_or_default();
        let without = |name: &&str| {
            declared
                .iter()
                .any(|(one, value)| one == name && value.is_none_or(str::is_empty))
        };
        let empty: Vec<&str> = variables(base).into_iter().filter(without).collect();
        if empty.is_empty() || base.contains(":-") || base.contains(":+") {
            continue;
        }
        let mut name = base.to_owned();
        for variable in &empty {
            name = name
                .replace(&format!("${{{variable}}}"), "")
                .replace(&format!("${variable}"), "");
        }
        if name.is_empty() || name.starts_with([':', '/', '@', '-']) || name.ends_with([':', '/', '@', '-']) {
            report.within(step, step.place_of_argument(0), base);
        }
    }
}

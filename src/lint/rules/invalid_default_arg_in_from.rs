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
    let (values, _) = global_args(file);
    for step in file.froms() {
        let base = step.instruction.arguments().next().unwrap_or_default();
        if !base.contains('$') {
            continue;
        }
        let is_stage = step.stage.is_some_and(|stage| file.parent(stage).is_some());
        let expanded = expanded(file, base, &values, SubstitutionRules::default());
        if let Some(expanded) = expanded
            && !is_stage
            && ImageName::parse(&expanded.text).is_err()
        {
            report.within(step, step.place_of_argument(0), base);
        }
    }
}

//! The base image has no tag.
//!
//! Without a tag docker takes `latest`, which is another image tomorrow: what builds today may break without any
//! change of yours. Name the version.
//!
//! ```dockerfile bad
//! FROM python
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12-slim
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3006", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.froms() {
        let base = step.instruction.arguments().next().unwrap_or_default();
        let is_stage = step.stage.is_some_and(|stage| file.parent(stage).is_some());
        // What a variable holds may well end in a tag; where only the registry is written, too.
        let name = registry(base).map_or(base, |registry| base[registry.len()..].trim_start_matches('/'));
        let is_open = name.is_empty() || name.starts_with('$') || base == "scratch" || is_stage;
        if !is_open && tag_and_digest(base) == (None, None) {
            report.within(step, step.place_of_argument(0), base);
        }
    }
}

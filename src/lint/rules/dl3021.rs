//! COPY of several files needs a folder to copy to.
//!
//! With more than one source the last argument is a folder, and docker wants to see that: end it with a slash.
//!
//! ```dockerfile bad
//! FROM debian:12
//! COPY a b /srv
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! COPY a b /srv/
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3021", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Copy) {
        let words: Vec<(&str, usize)> = step.instruction.arguments_at().collect();
        let Some(((target, offset), sources)) = words.split_last() else {
            continue;
        };
        if sources.len() > 1 && !unquoted(target).ends_with('/') {
            let (line, column) = step.instruction.locate(*offset);
            let finding = report.within(step, (line, column), target);
            if unquoted(target) == *target && !target.contains('$') {
                let length = u32::try_from(target.chars().count()).unwrap_or(u32::MAX);
                finding.fix_with([Edit {
                    line,
                    column: column.saturating_add(length),
                    remove: 0,
                    insert: "/".to_owned(),
                }]);
            }
        }
    }
}

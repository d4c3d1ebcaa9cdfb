//! Write `name=value` instead of `name value`.
//!
//! The old form takes the rest of the line for the value, so it sets one name only, and a forgotten `=` goes unseen.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ENV HOME_DIR /srv
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ENV HOME_DIR=/srv
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LegacyKeyValueFormat", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.steps.iter().filter(|step| !step.on_build) {
        if !matches!(step.keyword(), Keyword::Env | Keyword::Label) {
            continue;
        }
        if let Some(pair) = step.instruction.pairs.iter().find(|pair| pair.legacy) {
            let value = pair.value.as_deref().unwrap_or_default();
            let is_one_line = step.instruction.start_line == step.instruction.end_line;
            let is_plain = !value.contains(['"', '\'', '\\', '`', '\n']);
            let name = u32::try_from(pair.name.chars().count()).unwrap_or(u32::MAX);
            let finding = report.within(step, (pair.line, pair.column), &pair.name);
            if is_one_line && is_plain {
                let quote = if value.contains(char::is_whitespace) { "\"" } else { "" };
                finding.fix_with([Edit {
                    line: pair.line,
                    column: pair.column.saturating_add(name),
                    remove: u32::MAX,
                    insert: format!("={quote}{value}{quote}"),
                }]);
            }
        }
    }
}

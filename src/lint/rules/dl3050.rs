//! A label is none of those that may be there.
//!
//! The settings name the labels that images may carry, and say that there are no others.
//!
//! ```yaml
//! label-schema:
//!   author: text
//! strict-labels: true
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL author="Ada" mood="good"
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL author="Ada"
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3050", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    if !file.config.strict_labels {
        return;
    }
    for step in file.all(Keyword::Label) {
        let strange = step
            .instruction
            .pairs
            .iter()
            .find(|pair| !file.config.label_schema.contains_key(unquoted(&pair.name)));
        if let Some(pair) = strange {
            report.within(step, (pair.line, pair.column), &pair.name);
        }
    }
}

//! A label's name breaks the rules for names.
//!
//! Docker asks for small letters, digits, dots, hyphens, underscores and slashes, a letter first, a letter or digit
//! last, and keeps `com.docker.`, `io.docker.` and `org.dockerproject.` for itself.
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL Version=1
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL com.example.version=1
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3048", Severity::Style, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Label) {
        let bad = step.instruction.pairs.iter().find(|pair| !is_key(unquoted(&pair.name)));
        if let Some(pair) = bad {
            report.within(step, (pair.line, pair.column), &pair.name);
        }
    }
}

fn is_key(key: &str) -> bool {
    let is_reserved = ["com.docker.", "io.docker.", "org.dockerproject."]
        .iter()
        .any(|prefix| key.starts_with(prefix));
    key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && key
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '/'))
        && !key.contains("..")
        && !key.contains("--")
        && !is_reserved
}

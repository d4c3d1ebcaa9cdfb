//! ENV uses a variable that the same line sets.
//!
//! All values of one ENV are worked out before any of them is set: the variable is still empty, or old. Set it in an
//! ENV above.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ENV HOME_DIR=/srv DATA="$HOME_DIR/data"
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ENV HOME_DIR=/srv
//! ENV DATA="$HOME_DIR/data"
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3044", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let mut known: Vec<&str> = Vec::new();
    for step in &file.steps {
        let pairs = &step.instruction.pairs;
        match step.keyword() {
            Keyword::Env if !step.on_build => {
                let broken = pairs.iter().enumerate().find_map(|(index, pair)| {
                    let value = pair.value.as_deref().filter(|_| !pair.legacy)?;
                    pairs
                        .iter()
                        .enumerate()
                        .find(|(other, one)| {
                            *other != index && !known.contains(&one.name.as_str()) && uses(value, &one.name)
                        })
                        .map(|_| (pair.line, pair.column))
                });
                if let Some(place) = broken {
                    report.within(step, place, "");
                }
                known.extend(pairs.iter().map(|pair| pair.name.as_str()));
            }
            Keyword::Arg if !step.on_build => known.extend(pairs.iter().map(|pair| pair.name.as_str())),
            _ => {}
        }
    }
}

/// Whether a value has `$NAME` or `${NAME}` in it.
fn uses(value: &str, name: &str) -> bool {
    value.match_indices('$').any(|(at, _)| {
        let rest = value.get(at + 1..).unwrap_or_default();
        let is_braced = rest
            .strip_prefix('{')
            .and_then(|rest| rest.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with('}'));
        let is_plain = rest
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
        is_braced || is_plain
    })
}

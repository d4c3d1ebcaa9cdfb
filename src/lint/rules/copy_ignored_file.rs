//! A file is copied that .dockerignore keeps out.
//!
//! It never reaches the builder, so COPY fails, or copies less than the line says. Change one of the two.
//!
//! ```ignore
//! secrets
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! COPY secrets /srv/secrets
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! COPY app /srv/app
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("CopyIgnoredFile", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let Some(ignore) = &file.facts.ignore else { return };
    for step in file.steps.iter().filter(|step| !step.on_build) {
        let copies = matches!(step.keyword(), Keyword::Copy | Keyword::Add);
        if !copies || step.instruction.flag("from").is_some() {
            continue;
        }
        let words: Vec<(&str, usize)> = step.instruction.arguments_at().collect();
        let Some((_, sources)) = words.split_last() else {
            continue;
        };
        for (source, offset) in sources {
            let path = unquoted(source).trim_start_matches("./").trim_matches('/');
            let is_plain = !path.is_empty() && path != "." && !path.contains(['*', '?', '[', '$', ':', '<']);
            if is_plain && ignore.excludes(path) {
                report.within(step, step.instruction.locate(*offset), path);
            }
        }
    }
}

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
            if is_left_out(ignore, unquoted(source)) {
                report.within(step, step.instruction.locate(*offset), source);
            }
        }
    }
}

/// Whether nothing of a source reaches the builder.
fn is_left_out(ignore: &Ignore, source: &str) -> bool {
    if source.contains(['$', ':', '<']) {
        return false;
    }
    let path = source.trim_start_matches("./").trim_matches('/');
    if path.is_empty() || path == "." {
        // The context itself has no name; it is empty where names that have nothing in common are left out.
        return !ignore.has_exceptions() && ["a0", "_.b"].iter().all(|any| ignore.excludes(any));
    }
    let may_come_back = if path.contains(['*', '?', '[']) {
        ignore.has_exceptions()
    } else {
        ignore.may_reinclude_below(path, Walk::BuildKit)
    };
    // A pattern that matches a wildcard's own letters matches what the wildcard does.
    ignore.excludes(path) && !may_come_back
}

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
    with_values(file, |step, values| {
        let copies = matches!(step.keyword(), Keyword::Copy | Keyword::Add);
        if !copies || step.instruction.flag("from").is_some() {
            return;
        }
        let words: Vec<(&str, usize)> = step.instruction.arguments_at().collect();
        let sources = words.split_last().map_or(&[][..], |(_, sources)| sources);
        for (written, offset) in sources {
            let Some(source) = known_value(file, written, values) else {
                continue;
            };
            // What ADD fetches and what is written here is not in the context.
            let is_remote = step.keyword() == Keyword::Add && (source.contains("://") || source.contains("git@"));
            if !is_remote && !source.contains('<') && is_left_out(ignore, &source) {
                report.within(step, step.instruction.locate(*offset), written);
            }
        }
    });
}

/// Names that no pattern matches unless it matches every name, and letters of the same kind.
const ANY: [(&str, &str); 2] = [("a0", "a"), ("_.b", "_")];

/// Whether nothing of a source reaches the builder, whatever is in the build context.
fn is_left_out(ignore: &Ignore, source: &str) -> bool {
    let mut parts = Vec::new();
    for part in source.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    let is_top = path.is_empty();
    let is_pattern = path.contains(['*', '?', '[']);
    let may_come_back = if is_top || is_pattern {
        ignore.has_exceptions()
    } else {
        ignore.may_reinclude_below(&path, Walk::BuildKit)
    };
    if may_come_back {
        return false;
    }
    let is_folder = matches!(source.rsplit('/').next(), Some("" | "." | ".."));
    ANY.iter().all(|(name, letter)| {
        let path = path.replace('*', name).replace('?', letter);
        let below = if is_top {
            (*name).to_owned()
        } else {
            format!("{path}/{name}")
        };
        ignore.excludes(&path) || (is_folder && ignore.excludes(&below))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_left_out_only_if_nothing_of_it_can_be_sent() {
        for (ignore, left_out, sent) in [
            ("a", "a a/ ./a /a ../a b/../a a/b a/* a/.", "b . * a/../b ab [a]"),
            ("*", ". / ./ * a a/b *.txt ? a?", ""),
            ("?", "? a", "* . a?"),
            ("a/*", "a/ a/. a/b a/* a/b/..", "a . */b"),
            ("*/*", "a/ a/b */b a/*", "a / . *"),
            ("*.txt", "x.txt *.txt a*.txt", "* txt a.tx"),
            ("**/b", "b a/b **/b", "a ab"),
            ("*\n!a", "b b/c /b", "a a/b . * /a"),
            ("*\n!a/b", "b a/c", "a a/ a/b a/b/c . *"),
            ("*\n!**/x", "", "b b/c ."),
            ("!a", "", "a . b"),
            (".", "", ". / a"),
        ] {
            let (patterns, problems) = Ignore::parse(ignore);
            assert_eq!(problems, [], "{ignore}");
            for source in left_out.split_whitespace() {
                assert!(is_left_out(&patterns, source), "{ignore:?} {source}");
            }
            for source in sent.split_whitespace() {
                assert!(!is_left_out(&patterns, source), "{ignore:?} {source}");
            }
        }
    }
}

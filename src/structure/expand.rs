//! `$NAME` and `${NAME}` in commands and paths, filled in as Go's `os.Expand` does.

use std::collections::BTreeMap;

/// Values by name.
pub type Environment = BTreeMap<String, String>;

/// A reference to a variable in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'t> {
    /// The whole of it: `${NAME}`.
    pub(super) written: &'t str,
    /// The name; empty where what is written names none and is taken away.
    pub(super) name: &'t str,
    /// Where it begins.
    start: usize,
}

/// Fills in a text. A name without a value becomes nothing, and there is no way to write a `$` that stays, but before a
/// character that begins no name.
pub fn expand(text: &str, environment: &Environment) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for reference in references(text) {
        out.push_str(&text[done..reference.start]);
        out.push_str(environment.get(reference.name).map_or("", String::as_str));
        done = reference.start + reference.written.len();
    }
    out.push_str(&text[done..]);
    out
}

/// The references in a text, in order.
pub(super) fn references(text: &str) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('$')) {
        let start = at + next;
        let rest = &text[start + 1..];
        let Some((name, length)) = name(rest) else {
            // A `$` at the end, or before what begins no name, stays.
            at = start + 1;
            continue;
        };
        let end = start + 1 + length;
        found.push(Reference {
            written: &text[start..end],
            name,
            start,
        });
        at = end;
    }
    found
}

/// The name at the beginning of what follows a `$`, and how many bytes it takes; none where the `$` stays.
fn name(rest: &str) -> Option<(&str, usize)> {
    let first = rest.chars().next()?;
    if first == '{' {
        let inner = &rest[1..];
        if inner.chars().next().is_some_and(is_special) && inner[1..].starts_with('}') {
            return Some((&inner[..1], 3));
        }
        return Some(match inner.find('}') {
            // `${}` is taken away.
            Some(0) => ("", 2),
            Some(end) => (&inner[..end], end + 2),
            // `${` without an end: the two characters are taken away.
            None => ("", 1),
        });
    }
    if is_special(first) {
        return Some((&rest[..1], 1));
    }
    let length = rest
        .find(|c: char| !(c == '_' || c.is_ascii_alphanumeric()))
        .unwrap_or(rest.len());
    (length > 0).then(|| (&rest[..length], length))
}

/// The shell's special names.
fn is_special(c: char) -> bool {
    matches!(c, '*' | '#' | '$' | '@' | '!' | '?' | '-') || c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_filled_in_as_go_does() {
        let environment: Environment = [("HOME", "/home/ann"), ("H", "h"), ("*", "star"), ("1", "one")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        // What Go's own tests of `os.Expand` hold, and container-structure-test's traps.
        for (text, filled) in [
            ("", ""),
            ("$*", "star"),
            ("$$", ""),
            ("${*}", "star"),
            ("$1", "one"),
            ("${1}", "one"),
            ("now is the time", "now is the time"),
            ("$HOME", "/home/ann"),
            ("${HOME}", "/home/ann"),
            ("${H}OME", "hOME"),
            ("start$+middle$^end$", "start$+middle$^end$"),
            ("mixed$|bag$", "mixed$|bag$"),
            ("$", "$"),
            ("$}", "$}"),
            ("${", ""),
            ("${}", ""),
            ("$NOPE-$H", "-h"),
            ("a$(b)", "a$(b)"),
            ("${H:-x}", ""),
            ("é$H", "éh"),
        ] {
            assert_eq!(expand(text, &environment), filled, "{text}");
        }
    }
}

//! Regular expressions as Go reads them (RE2's syntax), matched anywhere in a text.
//!
//! The `regex` crate has the same engine's guarantees and nearly the same syntax. What differs is rewritten: classes that
//! are ASCII in Go, braces and brackets that stand for themselves, `\Q…\E`, numbers of characters. What Go refuses is
//! refused.

use regex::{Regex, RegexBuilder};

/// The most repetitions that Go takes.
const REPETITIONS: u32 = 1000;

/// An expression.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it: a lower-case fragment.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let rewritten = Rewriting::of(text)?;
        RegexBuilder::new(&rewritten)
            .octal(false)
            .build()
            .map(Self)
            .map_err(|error| match error {
                regex::Error::Syntax(told) => told
                    .lines()
                    .last()
                    .map_or_else(String::new, |line| line.trim_start_matches("error: ").to_owned()),
                _ => say!("it is too large").to_owned(),
            })
    }

    /// Whether it is found in a text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// An expression on its way from one syntax to the other.
struct Rewriting<'t> {
    rest: &'t str,
    out: String,
    /// Whether what was written last is a repetition, and whether a `?` may still follow it.
    repeated: Repeated,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeated {
    No,
    Greedy,
    Lazy,
}

impl<'t> Rewriting<'t> {
    fn of(text: &'t str) -> Result<String, String> {
        let mut rewriting = Self {
            rest: text,
            out: String::with_capacity(text.len() + 16),
            repeated: Repeated::No,
        };
        while let Some(c) = rewriting.rest.chars().next() {
            rewriting.one(c)?;
        }
        Ok(rewriting.out)
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn one(&mut self, c: char) -> Result<(), String> {
        let repeated = std::mem::replace(&mut self.repeated, Repeated::No);
        match c {
            '\\' => self.escape(false),
            '[' => self.class(),
            '*' | '+' | '?' => {
                self.skip(1);
                self.out.push(c);
                self.repeated = match (repeated, c) {
                    (Repeated::No, _) => Repeated::Greedy,
                    (Repeated::Greedy, '?') => Repeated::Lazy,
                    _ => return Err(say!("a repetition of a repetition").to_owned()),
                };
                Ok(())
            }
            '{' => {
                let Some((length, most)) = counted(self.rest) else {
                    self.skip(1);
                    self.out.push_str("\\{");
                    return Ok(());
                };
                if most > REPETITIONS {
                    return Err(say!("more than {REPETITIONS} repetitions"; REPETITIONS));
                }
                if repeated != Repeated::No {
                    return Err(say!("a repetition of a repetition").to_owned());
                }
                self.out.push_str(&self.rest[..length]);
                self.skip(length);
                self.repeated = Repeated::Greedy;
                Ok(())
            }
            '(' if self.rest.starts_with("(?") => self.group(),
            _ => {
                self.out.push(c);
                self.skip(c.len_utf8());
                Ok(())
            }
        }
    }

    /// `(?i)`, `(?i:…)`, `(?P<name>…)`: the flags that Go does not have are refused.
    fn group(&mut self) -> Result<(), String> {
        let inner = &self.rest[2..];
        if inner.starts_with("P<") || inner.starts_with('<') {
            self.out.push_str("(?");
            self.skip(2);
            return Ok(());
        }
        let end = inner.find([':', ')']).unwrap_or(inner.len());
        let flags = &inner[..end];
        if !flags.chars().all(|c| matches!(c, 'i' | 'm' | 's' | 'U' | '-')) {
            return Err(say!("unknown group `(?{flags}`"; flags));
        }
        self.out.push_str("(?");
        self.out.push_str(flags);
        self.skip(2 + end);
        // The colon or the parenthesis is written as it comes.
        Ok(())
    }

    /// An escape, in a class or outside.
    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let mut chars = self.rest.chars();
        chars.next();
        let Some(c) = chars.next() else {
            return Err(say!("a backslash at the end").to_owned());
        };
        let after = chars.as_str();
        let simple = match (c, in_class) {
            ('d', _) => Some("[0-9]"),
            ('D', _) => Some("[^0-9]"),
            ('w', _) => Some("[0-9A-Za-z_]"),
            ('W', _) => Some("[^0-9A-Za-z_]"),
            ('s', _) => Some("[\\t\\n\\x0C\\r ]"),
            ('S', _) => Some("[^\\t\\n\\x0C\\r ]"),
            ('b', false) => Some("(?-u:\\b)"),
            // Not on a byte's border but between characters, as a text has no others.
            ('B', false) => Some("(?:\\B)"),
            ('A', false) => Some("\\A"),
            ('z', false) => Some("\\z"),
            ('a', _) => Some("\\x07"),
            ('f', _) => Some("\\x0C"),
            ('n', _) => Some("\\n"),
            ('r', _) => Some("\\r"),
            ('t', _) => Some("\\t"),
            ('v', _) => Some("\\x0B"),
            _ => None,
        };
        if let Some(simple) = simple {
            self.out.push_str(simple);
            self.rest = after;
            return Ok(());
        }
        match c {
            'Q' if !in_class => {
                let (literal, rest) = after.split_once("\\E").unwrap_or((after, ""));
                self.out.push_str(&regex::escape(literal));
                self.rest = rest;
            }
            // What begins nowhere ends nothing.
            'E' if !in_class => self.rest = after,
            'p' | 'P' => {
                self.out.push('\\');
                self.out.push(c);
                let length = if after.starts_with('{') {
                    after.find('}').map_or(after.len(), |end| end + 1)
                } else {
                    after.chars().next().map_or(0, char::len_utf8)
                };
                self.out.push_str(&after[..length]);
                self.rest = &after[length..];
            }
            'x' => {
                let (digits, rest) = if let Some(braced) = after.strip_prefix('{') {
                    braced.split_once('}').unwrap_or((braced, ""))
                } else {
                    after.split_at_checked(2).unwrap_or((after, ""))
                };
                self.character(u32::from_str_radix(digits, 16).ok())?;
                self.rest = rest;
            }
            '0'..='7' => {
                let length = after.bytes().take(2).take_while(|b| matches!(b, b'0'..=b'7')).count();
                if c != '0' && length == 0 {
                    return Err(say!("unknown escape `\\{c}`"; c));
                }
                let digits = &self.rest[1..2 + length];
                self.character(u32::from_str_radix(digits, 8).ok())?;
                self.rest = &after[length..];
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => {
                self.character(Some(u32::from(c)))?;
                self.rest = after;
            }
            c => return Err(say!("unknown escape `\\{c}`"; c)),
        }
        Ok(())
    }

    fn character(&mut self, number: Option<u32>) -> Result<(), String> {
        let c = number
            .and_then(char::from_u32)
            .ok_or_else(|| say!("an invalid number of a character").to_owned())?;
        self.out.push_str(&format!("\\x{{{:X}}}", u32::from(c)));
        Ok(())
    }

    /// A class, in which Go has no classes but `[:alpha:]` and no operators but ranges.
    fn class(&mut self) -> Result<(), String> {
        let missing = || say!("`[` without `]`").to_owned();
        self.out.push('[');
        self.skip(1);
        if self.rest.starts_with('^') {
            self.out.push('^');
            self.skip(1);
        }
        let mut is_first = true;
        // Whether a `-` that comes next makes a range.
        let mut may_range = false;
        loop {
            let c = self.rest.chars().next().ok_or_else(missing)?;
            match c {
                ']' if !is_first => {
                    self.out.push(']');
                    self.skip(1);
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                '[' if self.rest.starts_with("[:") && self.rest.contains(":]") => {
                    let end = self.rest.find(":]").map_or(0, |end| end + 2);
                    self.out.push_str(&self.rest[..end]);
                    self.skip(end);
                }
                ']' | '[' | '&' | '~' | '^' => {
                    self.out.push('\\');
                    self.out.push(c);
                    self.skip(1);
                }
                '-' if may_range && !self.rest.starts_with("-]") => {
                    self.out.push('-');
                    self.skip(1);
                    // `--` is an operator of the other syntax; here the second one ends a range.
                    if self.rest.starts_with('-') {
                        self.out.push_str("\\-");
                        self.skip(1);
                    }
                    may_range = false;
                    continue;
                }
                '-' => {
                    self.out.push_str("\\-");
                    self.skip(1);
                }
                c => {
                    self.out.push(c);
                    self.skip(c.len_utf8());
                }
            }
            is_first = false;
            may_range = true;
        }
    }
}

/// The length of `{2}`, `{2,}` or `{2,3}` at the beginning of a text, and its largest number; none where the brace stands
/// for itself.
fn counted(text: &str) -> Option<(usize, u32)> {
    let end = text.find('}')?;
    let inner = &text[1..end];
    let (least, most) = inner
        .split_once(',')
        .map_or((inner, None), |(least, most)| (least, Some(most)));
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u32::MAX))
    };
    let least = number(least)?;
    let most = match most {
        None | Some("") => least,
        Some(most) => number(most)?,
    };
    Some((end + 1, least.max(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern)
            .unwrap_or_else(|why| panic!("{pattern}: {why}"))
            .is_in(text)
    }

    #[test]
    fn expressions_match_as_in_go() {
        for (pattern, text, matches) in [
            ("one", "two one", true),
            ("^two$", "two\n", false),
            ("(?m)^two$", "one\ntwo\n", true),
            (r"\d+", "٣", false),
            (r"\d+", "3", true),
            (r"[\d.]+x", "1.2x", true),
            (r"[^\D]", "7", true),
            (r"[^\D]", "a", false),
            (r#"{"a": \d}"#, r#"{"a": 1}"#, true),
            ("a{,2}", "a{,2}", true),
            ("a{2}b", "aab", true),
            ("x{", "x{", true),
            (r"\Qa.b\E.", "a.bc", true),
            (r"\Qa.b\E.", "axbc", false),
            (r"\<b\>", "<b>", true),
            (r"[[a]", "[", true),
            (r"[]a]", "]", true),
            (r"[a&&b]", "&", true),
            (r"[+--]", ",", true),
            (r"[a-]", "-", true),
            (r"[[:alpha:]_]+", "ab_", true),
            (r"\x41\x{42}\103", "ABC", true),
            (r"a\ b\/c", "a b/c", true),
            (r"(?i)STRASSE", "strasse", true),
            (r"(?P<x>a)(?:b)", "ab", true),
            (r"a+?b*?", "aa", true),
            (r"\bword\b", "a word.", true),
            (r"\p{Greek}", "α", true),
            (r"", "", true),
        ] {
            assert_eq!(is_in(pattern, text), matches, "{pattern} in {text}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for pattern in [
            "(",
            "a**",
            "a{2}{3}",
            "a{1001}",
            "[a",
            r"\",
            r"\u0041",
            r"\Z",
            r"\1",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?x)a",
            "*a",
            "a)",
            r"\p{Nope}",
            "[z-a]",
            "a+++",
        ] {
            assert!(Pattern::new(pattern).is_err(), "{pattern}");
        }
    }
}

//! Path patterns with the rules of `.dockerignore`: Go's `filepath.Match`, and `**` for any number of folders.

use std::fmt::Write;

use regex_lite::Regex;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct Glob {
    regex: Regex,
}

impl Glob {
    /// Compiles a pattern. Matching takes time linear in the path.
    ///
    /// # Errors
    /// When it is malformed: a sentence's end that says how.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let translated = translate(pattern)?;
        Regex::new(&translated).map(|regex| Self { regex }).map_err(|_| "syntax error in pattern".to_owned())
    }

    /// Whether a path (with `/`, without one at its start) matches as a whole.
    pub fn matches(&self, path: &str) -> bool {
        self.regex.is_match(path)
    }
}

/// moby/patternmatcher's translation to a regular expression.
fn translate(pattern: &str) -> Result<String, String> {
    let mut regex = String::from("(?s)^");
    let mut chars = pattern.chars().peekable();
    let literal = |regex: &mut String, c: char| {
        if c.is_alphanumeric() || c == '_' || c == '/' {
            regex.push(c);
        } else {
            write!(regex, "\\x{{{:x}}}", c as u32).ok();
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
                if chars.peek() == Some(&'/') {
                    chars.next();
                }
                if chars.peek().is_none() {
                    regex.push_str(".*");
                } else {
                    regex.push_str("(.*/)?");
                }
            }
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '\\' => match chars.next() {
                Some(next) => literal(&mut regex, next),
                None => return Err("it ends in a backslash".to_owned()),
            },
            '[' => class(&mut chars, &mut regex)?,
            c => literal(&mut regex, c),
        }
    }
    regex.push('$');
    Ok(regex)
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, regex: &mut String) -> Result<(), String> {
    const OPEN: &str = "syntax error in pattern: `[` without `]`";
    regex.push('[');
    if chars.peek() == Some(&'^') {
        chars.next();
        regex.push('^');
    }
    let mut empty = true;
    loop {
        match chars.next() {
            None => return Err(OPEN.to_owned()),
            Some(']') if !empty => break,
            Some(']') => return Err("syntax error in pattern: an empty `[]`".to_owned()),
            Some('-') => regex.push('-'),
            Some('\\') => match chars.next() {
                Some(c) => {
                    write!(regex, "\\x{{{:x}}}", c as u32).ok();
                }
                None => return Err(OPEN.to_owned()),
            },
            Some(c) => {
                write!(regex, "\\x{{{:x}}}", c as u32).ok();
            }
        }
        empty = false;
    }
    regex.push(']');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_docker_has_them() {
        let cases = [
            ("*.md", "a.md", true),
            ("*.md", "a/b.md", false),
            ("**/*.md", "a.md", true),
            ("**/*.md", "a/b/c.md", true),
            ("a/**", "a/b/c", true),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("a\\*", "a*", true),
            ("{a,b}", "a", false),
            ("var/lib/apt/lists/*_Packages*", "var/lib/apt/lists/x_Packages.lz4", true),
            ("**", "anything/at/all", true),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(Glob::new(pattern).unwrap().matches(path), expected, "{pattern} on {path}");
        }
        assert!(Glob::new("[a").is_err());
    }
}

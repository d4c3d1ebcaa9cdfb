//! Path patterns as in a `.dockerignore`.
//!
//! moby/patternmatcher translates a pattern to a regular expression of a small kind; this reads the same kind and
//! runs it with a set of states, so that the time is the path's length times the pattern's, whatever the pattern.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A pattern that docker refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternProblem {
    /// The pattern as it was read.
    pub pattern: String,
    /// What is wrong with it: a lower-case fragment.
    pub message: String,
}

impl fmt::Display for PatternProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for PatternProblem {}

/// A compiled pattern: `*` and `?` stop at `/`, `**` does not, `[a-z]` and `[^a]` are classes, `\` escapes.
///
/// A leading slash is dropped from pattern and path; both are cleaned as Go's `filepath.Clean` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    text: String,
    kind: Kind,
}

/// The four ways in which patternmatcher compares.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// The path is the text.
    Exact,
    /// The path starts with it: `dir/**`.
    Prefix(String),
    /// The path ends with it: `**/name`, `**name`.
    Suffix(String),
    /// The states of the expression.
    States(Vec<State>),
}

/// One step: a set of characters, and whether it may come never or often.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// One character.
    One(Set),
    /// Any number of characters.
    Many(Set),
    /// Either nothing, or anything that ends in a slash.
    Folders,
    /// Nothing matches here, such as `^` within a pattern.
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Set {
    All,
    NoSlash,
    Is(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Set {
    fn has(&self, c: char) -> bool {
        match self {
            Self::All => c != '\n',
            Self::NoSlash => c != '/',
            Self::Is(own) => *own == c,
            Self::Class { negated, ranges } => ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated,
        }
    }
}

impl Glob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Where docker says "syntax error in pattern": a class that is not closed or is empty, a range the wrong way
    /// round, an escape at the end.
    pub fn new(pattern: &str) -> Result<Self, PatternProblem> {
        Self::of_clean(&clean(pattern))
    }

    /// Compiles a pattern that is already cleaned.
    pub(super) fn of_clean(text: &str) -> Result<Self, PatternProblem> {
        let problem = |message: &str| PatternProblem {
            pattern: text.to_owned(),
            message: message.to_owned(),
        };
        check(text).map_err(problem)?;
        let kind = compile(text).ok_or_else(|| problem(say!("a range that ends before it starts")))?;
        Ok(Self {
            text: text.to_owned(),
            kind,
        })
    }

    /// The cleaned pattern.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole path matches.
    pub fn matches(&self, path: &str) -> bool {
        self.matches_clean(&clean(path))
    }

    pub(super) fn matches_clean(&self, path: &str) -> bool {
        match &self.kind {
            Kind::Exact => path == self.text,
            Kind::Prefix(prefix) => path.starts_with(prefix.as_str()),
            Kind::Suffix(suffix) => ends(path, suffix),
            Kind::States(states) => run(states, path),
        }
    }
}

/// `**/name` is also met by `name` itself.
fn ends(path: &str, suffix: &str) -> bool {
    path.ends_with(suffix) || suffix.strip_prefix('/').is_some_and(|bare| path == bare)
}

/// Runs the states over a path.
fn run(states: &[State], path: &str) -> bool {
    let end = states.len();
    let mut current = vec![false; end + 1];
    let mut next = vec![false; end + 1];
    // Within `Folders`, and not at its end, after a character other than a slash.
    let mut inside = vec![false; end + 1];
    let mut inside_next = vec![false; end + 1];
    current[0] = true;
    pass(states, &mut current);
    for c in path.chars() {
        next.fill(false);
        inside_next.fill(false);
        for (index, state) in states.iter().enumerate() {
            match state {
                State::One(set) if current[index] && set.has(c) => next[index + 1] = true,
                State::Many(set) if current[index] && set.has(c) => next[index] = true,
                State::Folders if (current[index] || inside[index]) && c != '\n' => {
                    inside_next[index] = true;
                    if c == '/' {
                        next[index + 1] = true;
                    }
                }
                _ => {}
            }
        }
        pass(states, &mut next);
        std::mem::swap(&mut current, &mut next);
        std::mem::swap(&mut inside, &mut inside_next);
        if !current.contains(&true) && !inside.contains(&true) {
            return false;
        }
    }
    current[end]
}

/// Goes on over what may be nothing.
fn pass(states: &[State], reached: &mut [bool]) {
    for (index, state) in states.iter().enumerate() {
        if reached[index] && matches!(state, State::Many(_) | State::Folders) {
            reached[index + 1] = true;
        }
    }
}

/// The syntax that Go's `filepath.Match` accepts.
fn check(pattern: &str) -> Result<(), &'static str> {
    const CLASS: &str = "a class `[` that is not closed or holds nothing";
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                characters.next().ok_or(say!("an escape at the end"))?;
            }
            '[' => {
                characters.next_if_eq(&'^');
                let mut ranges = 0;
                loop {
                    if ranges > 0 && characters.next_if_eq(&']').is_some() {
                        break;
                    }
                    member(&mut characters).ok_or(CLASS)?;
                    if characters.next_if_eq(&'-').is_some() {
                        member(&mut characters).ok_or(CLASS)?;
                    }
                    ranges += 1;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

/// One end of a range in a class, by the rules of `filepath.Match`.
fn member(characters: &mut Characters<'_>) -> Option<char> {
    match characters.next()? {
        '-' | ']' => None,
        '\\' => characters.next(),
        c => Some(c),
    }
}

/// Reads a pattern as patternmatcher translates it.
fn compile(pattern: &str) -> Option<Kind> {
    let mut states = Vec::new();
    let mut exact = true;
    let mut prefix = false;
    let mut suffix = false;
    let mut first = true;
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '*' if characters.next_if_eq(&'*').is_some() => {
                characters.next_if_eq(&'/');
                if characters.peek().is_some() {
                    states.push(State::Folders);
                    (exact, prefix, suffix) = (false, false, first);
                } else {
                    states.push(State::Many(Set::All));
                    (prefix, suffix) = (exact && !first, first);
                    exact = false;
                }
            }
            '*' | '?' => {
                states.push(if c == '*' {
                    State::Many(Set::NoSlash)
                } else {
                    State::One(Set::NoSlash)
                });
                (exact, prefix, suffix) = (false, false, false);
            }
            '\\' => {
                states.push(State::One(escaped(characters.next().unwrap_or('\\'))));
                (exact, prefix, suffix) = (false, false, false);
            }
            '[' => {
                read_class(&mut characters, &mut states)?;
                (exact, prefix, suffix) = (false, false, false);
            }
            ']' => {
                states.push(State::One(Set::Is(']')));
                (exact, prefix, suffix) = (false, false, false);
            }
            // In the expression an anchor, which the start of the text alone meets.
            '^' if first => {}
            '^' => states.push(State::Never),
            c => states.push(State::One(Set::Is(c))),
        }
        first = false;
    }
    Some(if exact {
        Kind::Exact
    } else if prefix {
        Kind::Prefix(pattern.strip_suffix("**").unwrap_or(pattern).to_owned())
    } else if suffix {
        Kind::Suffix(pattern.strip_prefix("**").unwrap_or(pattern).to_owned())
    } else {
        Kind::States(states)
    })
}

/// What an escaped character stands for: a letter is what it is behind `\` in a regular expression, for docker makes
/// one of the pattern.
fn escaped(letter: char) -> Set {
    let class = |negated, ranges: &[(char, char)]| Set::Class {
        negated,
        ranges: ranges.to_vec(),
    };
    match letter {
        'a' => Set::Is('\u{7}'),
        'f' => Set::Is('\u{c}'),
        'n' => Set::Is('\n'),
        'r' => Set::Is('\r'),
        't' => Set::Is('\t'),
        'v' => Set::Is('\u{b}'),
        'd' | 'D' => class(letter == 'D', &[('0', '9')]),
        's' | 'S' => class(letter == 'S', &[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')]),
        'w' | 'W' => class(letter == 'W', &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        letter => Set::Is(letter),
    }
}

/// Reads a class behind its `[`, as the regular expression has it: there `*` and `?` are already translated, so
/// `[*]` is the class of `[`, `^` and `/`, any number of times, and then `]`.
fn read_class(characters: &mut Characters<'_>, states: &mut Vec<State>) -> Option<()> {
    let negated = characters.next_if_eq(&'^').is_some();
    let mut ranges: Vec<(char, char)> = Vec::new();
    loop {
        if !ranges.is_empty() && characters.next_if_eq(&']').is_some() {
            states.push(State::One(Set::Class { negated, ranges }));
            return Some(());
        }
        let low = match characters.next()? {
            '\\' => characters.next()?,
            '*' | '?' => {
                let many = characters.next_if_eq(&'*').is_none();
                ranges.extend([('[', '['), ('^', '^'), ('/', '/')]);
                let set = Set::Class { negated, ranges };
                states.push(if many { State::Many(set) } else { State::One(set) });
                return Some(());
            }
            c => c,
        };
        let high = if characters.next_if_eq(&'-').is_some() {
            match characters.next()? {
                '\\' => characters.next()?,
                c => c,
            }
        } else {
            low
        };
        if high < low {
            return None;
        }
        ranges.push((low, high));
    }
}

/// Go's `filepath.Clean`, and no slash at the start.
pub(super) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let rooted = path.starts_with('/');
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (parts.is_empty(), rooted) {
        (true, true) => "/".to_owned(),
        (true, false) => ".".to_owned(),
        _ => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_patternmatcher() {
        for (pattern, path, expected) in [
            ("**", "file", true),
            ("**/", "dir/file", true),
            ("**", "/", true),
            ("**/**", "dir/file", true),
            ("dir/**", "dir/dir2/file", true),
            ("dir/**", "dir", false),
            ("**/dir2/*", "dir/dir2/file", true),
            ("**/dir2/**", "dir/dir2/dir2/file", true),
            ("**file", "file", true),
            ("**file", "dir/file", true),
            ("**file", "dir/dir2/xfile", true),
            ("**/file", "dir/dir/file", true),
            ("**/file*", "dir/dir/file.txt", true),
            ("**/file*txt", "dir/dir/file.txt", true),
            ("**/file*.txt*", "dir/dir/file.txt", true),
            ("**/**/*.txt", "dir/dir/file.txt", true),
            ("**/**/*.txt2", "dir/dir/file.txt", false),
            ("**/*.txt", "file.txt", true),
            ("a**/*.txt", "a/file.txt", true),
            ("a**/*.txt", "a/dir/dir/file.txt", true),
            ("a/*.txt", "a/dir/file.txt", false),
            ("a/*.txt**", "a/file.txt", true),
            ("a[b-d]e", "ae", false),
            ("a[b-d]e", "ace", true),
            ("a[b-d]e", "aae", false),
            ("a[^b-d]e", "aze", true),
            ("[!x]", "x", true),
            (".*", ".foo", true),
            (".*", "foo", false),
            ("abc.def", "abcdef", false),
            ("abc?def", "abcZdef", true),
            ("abc?def", "abc/def", false),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("\\a", "a", false),
            ("x\\d", "x7", true),
            ("x\\d", "xd", false),
            ("\\.git", ".git", true),
            ("**/foo/bar", "foo/bar", true),
            ("**/foo/bar", "dir/dir2/foo/bar", true),
            ("abc/**", "abc/def", true),
            ("**/.foo", "bar.foo", false),
            ("a(b)c/def", "a(b)c/def", true),
            ("a.|)$(}+{bc", "a.|)$(}+{bc", true),
            (
                "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl",
                "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl",
                true,
            ),
            ("dist/*.whl", "dist/x.whl", true),
            ("{a,b}", "a", false),
            ("a/../b/./c//", "b/c", true),
            ("/a", "a", true),
            ("a", "/a", true),
            ("é?", "éü", true),
            ("[a\\]]x", "]x", true),
        ] {
            assert_eq!(Glob::new(pattern).unwrap().matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn malformed_patterns_are_told() {
        for pattern in [
            "a[", "[", "[]a]", "[-]", "[x-]", "[-x]", "\\", "a\\", "[^", "[a", "[^]", "[z-a]", "a[b",
        ] {
            assert!(Glob::new(pattern).is_err(), "{pattern}");
        }
        assert_eq!(
            Glob::new("a[").unwrap_err().to_string(),
            "a class `[` that is not closed or holds nothing"
        );
    }

    #[test]
    fn many_stars_take_no_long_time() {
        let glob = Glob::new(&format!("{}*a*a*a*a*a*b", "**/".repeat(50))).unwrap();
        assert!(!glob.matches(&"a/".repeat(10_000)));
        assert!(!glob.matches(&"a".repeat(50_000)));
    }
}

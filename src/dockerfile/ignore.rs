//! `.dockerignore`, by the rules of moby/patternmatcher.

use crate::dockerfile::{instruction::Problem, pattern::Glob};

/// The largest number of patterns that are read.
const PATTERN_LIMIT: usize = 10_000;

/// Which walker decides whether to look below an excluded folder: they differ for exceptions such as `!**/x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// BuildKit's file transfer, which looks wherever an exception with wildcards could match.
    BuildKit,
    /// The classic client, which looks only where an exception's text leads.
    Classic,
}

#[derive(Debug, Clone)]
struct Rule {
    /// Line in the file, from 1.
    line: u32,
    /// The cleaned pattern, without `!`.
    text: String,
    exception: bool,
    glob: Glob,
}

/// The patterns of a `.dockerignore`.
#[derive(Debug, Clone, Default)]
pub struct Ignore {
    rules: Vec<Rule>,
}

impl Ignore {
    /// Reads the file's text. A malformed pattern is a problem, for which a build would fail.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut rules = Vec::new();
        let mut problems = Vec::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.lines().enumerate().take(PATTERN_LIMIT) {
            let number = u32::try_from(index).unwrap_or(u32::MAX - 1) + 1;
            // A comment is one only in the first column, before blanks are trimmed.
            if line.starts_with('#') {
                continue;
            }
            let trimmed = line.trim();
            if trimmed.is_empty() {
                continue;
            }
            let (exception, pattern) = match trimmed.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, trimmed),
            };
            let mut tell = |message: String| {
                problems.push(Problem {
                    line: number,
                    message,
                    suggestion: None,
                });
            };
            if pattern.is_empty() {
                tell("an exclamation mark without a pattern".to_owned());
                continue;
            }
            let text = clean(pattern);
            if text == "." {
                continue;
            }
            match Glob::new(&text) {
                Ok(glob) => rules.push(Rule {
                    line: number,
                    text,
                    exception,
                    glob,
                }),
                Err(message) => tell(format!("the pattern `{pattern}`: {message}")),
            }
        }
        (Self { rules }, problems)
    }

    /// Whether the file at this path (relative, with `/`) is kept out. A pattern that matches a folder keeps out what
    /// lies in it; the last pattern that matches decides.
    pub fn excludes(&self, path: &str) -> bool {
        self.decide(path).is_some_and(|rule| !rule.exception)
    }

    /// The line and the pattern that decided about a path, when one did.
    pub fn deciding(&self, path: &str) -> Option<(u32, &str)> {
        self.decide(path).map(|rule| (rule.line, rule.text.as_str()))
    }

    fn decide(&self, path: &str) -> Option<&Rule> {
        let parents: Vec<&str> = path.match_indices('/').map(|(at, _)| &path[..at]).collect();
        self.rules
            .iter()
            .rev()
            .find(|rule| rule.glob.matches(path) || parents.iter().any(|parent| rule.glob.matches(parent)))
    }

    /// Whether anything below an excluded folder can be let in again, so that a walker has to look.
    pub fn may_reinclude_below(&self, folder: &str, walk: Walk) -> bool {
        let below = format!("{folder}/");
        self.rules.iter().filter(|rule| rule.exception).any(|rule| {
            let text = format!("{}/", rule.text);
            text.starts_with(&below) || (walk == Walk::BuildKit && rule.text.contains(['*', '?', '[']))
        })
    }
}

/// Go's `filepath.Clean`, and no slash at the start.
fn clean(pattern: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let rooted = pattern.starts_with('/');
    for part in pattern.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excludes(text: &str, path: &str) -> bool {
        Ignore::parse(text).0.excludes(path)
    }

    #[test]
    fn files_are_kept_out_as_docker_does() {
        let cases = [
            ("Dockerfile*", "Dockerfile-task-1", true),
            ("Dockerfile*", "app/Dockerfile", false),
            ("makefile", "Makefile", false),
            (".venv", ".venv/bin/python", true),
            (".venv/", ".venv/bin/python", true),
            ("/app", "app/main.py", true),
            ("./app", "app/main.py", true),
            ("a/../b", "b", true),
            ("*\n!app", "app/main.py", false),
            ("*\n!app", "README.md", true),
            ("!a\na", "a", true),
            ("a\n!a", "a", false),
            ("# a", "# a", false),
            (" # a", "# a", true),
            (".pytest*", ".pytest_cache/README.md", true),
            ("**/__pycache__", "app/x/__pycache__/y.pyc", true),
            ("app/*.py\r\n", "app/main.py", true),
            ("\u{feff}app", "app", true),
        ];
        for (text, path, expected) in cases {
            assert_eq!(excludes(text, path), expected, "{text:?} on {path}");
        }
    }

    #[test]
    fn malformed_patterns_are_problems() {
        let (_, problems) = Ignore::parse("a\n[\n!\n");
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn walkers_differ_below_excluded_folders() {
        let (ignore, _) = Ignore::parse("a\n!**/x");
        assert!(!ignore.may_reinclude_below("a", Walk::Classic));
        assert!(ignore.may_reinclude_below("a", Walk::BuildKit));
        let (ignore, _) = Ignore::parse("a\n!a/b/c");
        assert!(ignore.may_reinclude_below("a", Walk::Classic));
        assert!(ignore.may_reinclude_below("a/b", Walk::Classic));
        assert!(!ignore.may_reinclude_below("b", Walk::Classic));
    }

    #[test]
    fn the_deciding_line_is_told() {
        let (ignore, _) = Ignore::parse("*.md\n!README.md\n");
        assert_eq!(ignore.deciding("README.md"), Some((2, "README.md")));
        assert_eq!(ignore.deciding("x.py"), None);
    }
}

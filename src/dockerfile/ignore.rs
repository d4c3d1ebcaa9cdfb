//! `.dockerignore`, by the rules of moby/patternmatcher.

use super::{
    pattern::{Glob, clean},
    place::count,
    problem::{Problem, ProblemKind},
};

/// Which client decides whether to look below an excluded folder: they differ for exceptions such as `!**/x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// `docker build` with BuildKit, which looks below every folder once an exception has a wildcard in its middle.
    BuildKit,
    /// `docker build` with the classic builder, which looks only where an exception's text leads.
    Classic,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    line: u32,
    /// As written, without blanks around it.
    written: String,
    is_exception: bool,
    glob: Glob,
}

/// The patterns of a `.dockerignore`, compiled once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignore {
    rules: Vec<Rule>,
    has_exceptions: bool,
}

impl Ignore {
    /// Reads a `.dockerignore`. A pattern that docker refuses is left out and is a problem.
    ///
    /// A `#` in the very first column starts a comment; blanks around a pattern do not count; `!` makes an exception.
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut ignore = Self::default();
        let mut problems = Vec::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.split('\n').enumerate() {
            let number = count(index + 1);
            let written = line.trim();
            if line.starts_with('#') || written.is_empty() {
                continue;
            }
            let mut tell = |message: String| {
                problems.push(Problem::new(ProblemKind::BadPattern, (number, 1), message));
            };
            let (is_exception, pattern) = match written.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, written),
            };
            // Docker takes the slash away first.
            if pattern.is_empty() || (is_exception && clean(pattern) == "/") {
                tell(say!("a `!` without a pattern").to_owned());
                continue;
            }
            match Glob::of_clean(&clean(pattern)) {
                Ok(glob) => {
                    ignore.has_exceptions |= is_exception;
                    ignore.rules.push(Rule {
                        line: number,
                        written: written.to_owned(),
                        is_exception,
                        glob,
                    });
                }
                Err(problem) => tell(say!("Docker cannot read the pattern `{pattern}`: {problem}"; pattern, problem)),
            }
        }
        (ignore, problems)
    }

    /// Whether a path, relative and with `/`, is kept out by the patterns.
    ///
    /// A pattern that matches a folder holds for all that is in it, and the last one that matches decides. A client
    /// that walks a tree asks [`Ignore::verdict`] instead, and [`Ignore::may_reinclude_below`].
    pub fn excludes(&self, path: &str) -> bool {
        self.decide(path).is_some_and(|rule| !rule.is_exception)
    }

    /// The line, from 1, and the text of the pattern that decided about a path; none where no pattern matches it.
    pub fn deciding(&self, path: &str) -> Option<(u32, &str)> {
        self.decide(path).map(|rule| (rule.line, rule.written.as_str()))
    }

    /// Whether a path is kept out, given what matched the folder that it is in; and what matches it.
    pub fn verdict(&self, path: &str, folder: &Matched) -> (bool, Matched) {
        let (deciding, matched) = self.matching(path, folder);
        let excluded = deciding
            .and_then(|rule| self.rules.get(rule))
            .is_some_and(|rule| !rule.is_exception);
        (excluded, matched)
    }

    /// Whether BuildKit's client sends a file without its bytes: one that it lists, but takes for kept out when it opens
    /// it (tonistiigi/fsutil `filter.go`, which forgets there what matched the folders above).
    pub fn empties(&self, path: &str) -> bool {
        let mut excluded = false;
        for rule in self.rules.iter().filter(|_| self.has_exceptions) {
            if rule.is_exception == excluded {
                let above = path.match_indices('/').map(|(end, _)| &path[..end]);
                if above.chain([path]).any(|part| rule.glob.matches_clean(part)) {
                    excluded = !rule.is_exception;
                }
            }
        }
        excluded
    }

    /// Whether a client looks below an excluded folder for something that an exception lets in again.
    pub fn may_reinclude_below(&self, folder: &str, walk: Walk) -> bool {
        if !self.has_exceptions {
            return false;
        }
        let below = format!("{}/", clean(folder));
        self.rules.iter().filter(|rule| rule.is_exception).any(|rule| {
            let text = match walk {
                Walk::Classic => rule.glob.as_str(),
                Walk::BuildKit => without_trailing_wildcard(rule.glob.as_str()),
            };
            let has_wildcard = walk == Walk::BuildKit && text.contains(['*', '?', '[', ']', '^', '\\']);
            has_wildcard
                || text
                    .strip_prefix(&below[..below.len() - 1])
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether there are any exceptions.
    pub fn has_exceptions(&self) -> bool {
        self.has_exceptions
    }

    /// The pattern that decides about a path, its folders looked at one after the other as a client walks them.
    fn decide(&self, path: &str) -> Option<&Rule> {
        let path = clean(path);
        if path == "." || path == "/" {
            return None;
        }
        let mut matched = Matched::default();
        for (end, _) in path.match_indices('/') {
            (_, matched) = self.matching(&path[..end], &matched);
        }
        let (deciding, _) = self.matching(&path, &matched);
        deciding.and_then(|rule| self.rules.get(rule))
    }

    /// The pattern that decides about a cleaned path, and all that match it or its folder.
    ///
    /// A pattern is looked at only where it would change something: what is kept out already is not matched by another
    /// pattern that keeps out, and so such a pattern is not remembered for what is in a folder. With `*`,
    /// `!build/app.jar` and `**/build` the jar is sent: `*` already keeps `build` out when `**/build` is looked at.
    fn matching(&self, path: &str, folder: &Matched) -> (Option<usize>, Matched) {
        let mut excluded = false;
        let mut deciding = None;
        let mut matched = Matched(Vec::with_capacity(self.rules.len()));
        for (index, rule) in self.rules.iter().enumerate() {
            let holds = folder.0.get(index).copied().unwrap_or(false)
                || (rule.is_exception == excluded && rule.glob.matches_clean(path));
            matched.0.push(holds);
            if holds {
                excluded = !rule.is_exception;
                deciding = Some(index);
            }
        }
        (deciding, matched)
    }
}

/// Which patterns of an [`Ignore`] match a folder, and so hold for all that is in it; none at the top.
#[derive(Debug, Clone, Default)]
pub struct Matched(Vec<bool>);

/// BuildKit's file transfer compares exceptions without `/**` or `/*` at their end.
fn without_trailing_wildcard(pattern: &str) -> &str {
    let pattern = pattern.strip_suffix("/**").unwrap_or(pattern);
    pattern.strip_suffix("/*").unwrap_or(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_matches_decides() {
        for (text, path, expected) in [
            ("docs", "docs/a/b.md", true),
            ("docs\n!docs/README.md", "docs/README.md", false),
            ("docs\n!docs/README.md", "docs/other.md", true),
            ("!x\n*.go\n", "x.go", true),
            ("*.md\n!README.md\n", "README.md", false),
            ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true),
            ("*.md\n", "a/b.md", false),
            ("**/*.md\n", "a/b.md", true),
            ("/app", "app/x", true),
            ("app/", "app/x", true),
            (" # not a comment", "# not a comment", true),
            ("#comment\nx", "#comment", false),
            ("\u{feff}x", "x", true),
            ("x\r\ny\r\n", "x", true),
            ("Dockerfile*\n", "Dockerfile-task-1", true),
            (".pytest*\n.venv\n", ".venv/bin/python", true),
            ("! a/b \n", "a/b", false),
            ("**\n!util/docker/web", "util/docker/web/foo", false),
            ("**\n!util/docker/web/foo", "util/docker/web/foo", false),
            ("**\n!util/docker/web", "util/other", true),
            (".", "x", false),
            ("*", "x/y", true),
            ("a/*/c", "a/b/c/d", true),
            ("a/../b", "b", true),
            ("../x", "x", false),
            // What is kept out already is not matched again, and so not remembered.
            ("*\n!build/libs/app.jar\n**/build\n", "build/libs/app.jar", false),
            ("*\n!build/libs/app.jar\n**/build\n", "build/libs/other.jar", true),
            ("build\n!build/libs\nbuild/libs\n", "build/libs/app.jar", true),
            ("!a\na\n!a\n", "a/b", false),
            ("!a\nb\n", "a/b", false),
        ] {
            let (ignore, problems) = Ignore::parse(text);
            assert_eq!(problems, [], "{text}");
            assert_eq!(ignore.excludes(path), expected, "{text:?} {path}");
        }
    }

    #[test]
    fn a_file_behind_an_exception_is_emptied_where_a_later_pattern_matches_its_folder() {
        for (text, path, is_emptied) in [
            ("*\n!build/libs/app.jar\n**/build\n", "build/libs/app.jar", true),
            ("**/build\n*\n!build/libs/app.jar\n", "build/libs/app.jar", false),
            ("*\n!a\n", "a/b", false),
            ("*\n!a\n*.log\n", "a/b", false),
            ("b\n", "a", false),
        ] {
            let (ignore, _) = Ignore::parse(text);
            assert!(!ignore.excludes(path), "{text:?} {path}");
            assert_eq!(ignore.empties(path), is_emptied, "{text:?} {path}");
        }
    }

    #[test]
    fn the_deciding_line_is_known() {
        let (ignore, _) = Ignore::parse("# top\n*.md\n\n!README.md\n");
        assert_eq!(ignore.deciding("a.md"), Some((2, "*.md")));
        assert_eq!(ignore.deciding("README.md"), Some((4, "!README.md")));
        assert_eq!(ignore.deciding("x"), None);
    }

    #[test]
    fn bad_patterns_are_problems_with_their_line() {
        let (ignore, problems) = Ignore::parse("ok\n!\na[\n! //\n");
        let found: Vec<_> = problems.iter().map(|problem| (problem.line, problem.kind)).collect();
        assert_eq!(found, [2, 3, 4].map(|line| (line, ProblemKind::BadPattern)));
        assert!(ignore.excludes("ok"));
    }

    #[test]
    fn walkers_look_below_a_folder_only_where_an_exception_leads() {
        for (text, folder, classic, buildkit) in [
            ("a\n!**/x", "a", false, true),
            ("a\n!a/b/c", "a", true, true),
            ("a\n!a/b/c", "a/b", true, true),
            ("a\n!a/b/c", "a/c", false, false),
            ("a\n!ab", "a", false, false),
            ("a\n!a/b/*", "a/b", true, true),
            ("a", "a", false, false),
        ] {
            let (ignore, _) = Ignore::parse(text);
            assert_eq!(
                ignore.may_reinclude_below(folder, Walk::Classic),
                classic,
                "{text:?} {folder}"
            );
            assert_eq!(
                ignore.may_reinclude_below(folder, Walk::BuildKit),
                buildkit,
                "{text:?} {folder}"
            );
        }
    }
}

//! The commands of a RUN as the rules look at them: a name and arguments, variables as `${VAR}`.

use crate::{
    dockerfile::{Command, Word},
    lint::edit::Edit,
};

/// An argument.
#[derive(Debug, Clone)]
pub struct Arg {
    /// Without quotes; each variable and substitution is `${VAR}`, since what it will be is not known.
    pub text: String,
    /// As written, on one line.
    pub written: String,
    /// Whether the shell puts a variable or a command's output in.
    pub is_expanded: bool,
    /// Line and column in the file, from 1.
    pub at: (u32, u32),
    /// Its length as written, in characters.
    length: u32,
    /// Whether it ends on the line where it starts.
    on_one_line: bool,
}

impl Arg {
    fn of(word: &Word) -> Self {
        Self {
            text: if word.has_expansion {
                opaque(&word.text)
            } else {
                word.text.clone()
            },
            written: word.written.replace("\\\n", "").replace('\n', " "),
            is_expanded: word.has_expansion,
            at: (word.line, word.column),
            length: u32::try_from(word.written.chars().count()).unwrap_or(u32::MAX),
            on_one_line: !word.written.contains('\n'),
        }
    }

    /// Writes something behind it.
    pub fn followed_by(&self, text: &str) -> Option<Edit> {
        self.on_one_line.then(|| Edit {
            line: self.at.0,
            column: self.at.1.saturating_add(self.length),
            remove: 0,
            insert: text.to_owned(),
        })
    }

    /// Writes something else in its place.
    pub fn replaced_by(&self, text: &str) -> Option<Edit> {
        self.on_one_line.then(|| Edit {
            line: self.at.0,
            column: self.at.1,
            remove: self.length,
            insert: text.to_owned(),
        })
    }

    /// The last part of it as a path.
    pub fn base_name(&self) -> &str {
        self.text.rsplit(['/', '\\']).next().unwrap_or_default()
    }
}

/// A simple command as written.
#[derive(Debug, Clone)]
pub struct SimpleCommand {
    /// Its first word.
    pub program: Arg,
    /// What follows, flags too.
    pub args: Vec<Arg>,
    /// `NAME=value` before it.
    pub assignments: Vec<(String, String)>,
    /// Whether it is part of a pipeline.
    pub piped: bool,
    /// In how many subshells, groups and compound commands it stands.
    pub depth: u32,
    /// Whether `time` stands before it.
    pub is_timed: bool,
}

impl SimpleCommand {
    /// A command; none for lone assignments, redirections and conditions.
    pub(super) fn of(command: &Command) -> Option<Self> {
        let (mut first, mut rest) = command.words.split_first()?;
        let is_timed = first.written == "time" && !rest.is_empty();
        // `time` is a word of the shell's, as `!` is.
        while first.written == "time" || (first.written == "-p" && rest.len() < command.words.len() - 1) {
            (first, rest) = rest.split_first()?;
        }
        if matches!(first.written.as_str(), "[[" | "[" | "((") {
            return None;
        }
        Some(Self {
            program: Arg::of(first),
            args: rest.iter().map(Arg::of).collect(),
            assignments: command.assignments.clone(),
            piped: command.piped,
            depth: command.depth,
            is_timed,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.program.text
    }

    /// Whether it is called so.
    pub fn is(&self, name: &str) -> bool {
        self.program.text == name
    }

    /// Whether it is called by one of these names.
    pub fn is_any(&self, names: &[&str]) -> bool {
        names.contains(&self.program.text.as_str())
    }

    /// The first argument that is exactly one of these.
    pub fn arg(&self, texts: &[&str]) -> Option<&Arg> {
        self.args.iter().find(|arg| texts.contains(&arg.text.as_str()))
    }

    /// Whether an argument is exactly one of these.
    pub fn has(&self, texts: &[&str]) -> bool {
        self.arg(texts).is_some()
    }

    /// Its flags, each with the index of its argument: `-qy` is `q` and `y`, `--yes=x` is `yes`.
    pub fn flags(&self) -> impl Iterator<Item = (usize, String)> {
        self.args.iter().enumerate().flat_map(|(index, arg)| {
            let names: Vec<String> = match (arg.text.strip_prefix("--"), arg.text.strip_prefix('-')) {
                (Some(""), _) | (_, None) => Vec::new(),
                (Some(long), _) => vec![long.split('=').next().unwrap_or_default().to_owned()],
                (None, Some(letters)) => letters.chars().map(String::from).collect(),
            };
            names.into_iter().map(move |name| (index, name))
        })
    }

    /// Whether it has one of these flags.
    pub fn has_flag(&self, names: &[&str]) -> bool {
        self.flags().any(|(_, flag)| names.contains(&flag.as_str()))
    }

    /// How often it has this flag.
    pub fn count_flag(&self, name: &str) -> usize {
        self.flags().filter(|(_, flag)| flag == name).count()
    }

    /// The arguments behind these flags.
    pub fn values_of<'c>(&'c self, names: &'c [&'c str]) -> impl Iterator<Item = &'c Arg> {
        self.flags()
            .filter(|(_, flag)| names.contains(&flag.as_str()))
            .filter_map(|(index, _)| self.args.get(index + 1))
    }

    /// The arguments that are no flags.
    pub fn plain(&self) -> impl Iterator<Item = &Arg> {
        self.args.iter().filter(|arg| !arg.text.starts_with('-'))
    }

    /// The arguments that are neither flags nor, behind these flags, their values.
    pub fn plain_without(&self, valued: &[&str]) -> Vec<&Arg> {
        let taken: Vec<usize> = self
            .flags()
            .filter(|(index, flag)| valued.contains(&flag.as_str()) && !self.has_own_value(*index))
            .map(|(index, _)| index + 1)
            .collect();
        let mut plain = Vec::new();
        for (index, arg) in self.args.iter().enumerate() {
            if !arg.text.starts_with('-') && !taken.contains(&index) {
                plain.push(arg);
            }
        }
        plain
    }

    /// `--flag=value`, `-flag=value`.
    fn has_own_value(&self, index: usize) -> bool {
        self.args.get(index).is_some_and(|arg| arg.text.contains('='))
    }
}

/// A text in which each variable and substitution is `${VAR}`: what it will be is not known.
fn opaque(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '`']) {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = expansion(rest);
        if length <= 1 {
            plain.push_str(&rest[..1]);
            rest = &rest[1..];
        } else {
            plain.push_str("${VAR}");
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    plain.push_str(rest);
    plain
}

/// The length in bytes of the variable or substitution that a text starts with; 1 or less for none.
fn expansion(text: &str) -> usize {
    if let Some(inner) = text.strip_prefix('`') {
        return inner.find('`').map_or(text.len(), |end| end + 2);
    }
    let rest = text.get(1..).unwrap_or_default();
    match rest.chars().next() {
        Some(open @ ('(' | '{')) => {
            let close = if open == '(' { ')' } else { '}' };
            let mut depth = 0_usize;
            for (at, c) in rest.char_indices() {
                if c == open {
                    depth += 1;
                } else if c == close {
                    depth -= 1;
                    if depth == 0 {
                        return at + 2;
                    }
                }
            }
            text.len()
        }
        Some(c) if c.is_ascii_alphabetic() || c == '_' => {
            1 + rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len())
        }
        Some(c) if c.is_ascii_digit() || matches!(c, '@' | '*' | '#' | '?' | '!' | '-') => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_opaque() {
        for (text, expected) in [
            ("a", "a"),
            ("a=$b", "a=${VAR}"),
            ("${a:-b/c}x", "${VAR}x"),
            ("$(cat a/$(b))=1", "${VAR}=1"),
            ("`cat a`", "${VAR}"),
            ("a$", "a$"),
            ("$1$@", "${VAR}${VAR}"),
            ("${a", "${VAR}"),
        ] {
            assert_eq!(opaque(text), expected, "{text}");
        }
    }
}

//! What a RUN is read as: simple commands with their words and redirections.

use serde::{Deserialize, Serialize};

use crate::dockerfile::place::Marks;

/// What reads a RUN in shell form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shell {
    /// `sh`, `bash` and their relatives.
    #[default]
    Posix,
    /// `powershell` or `pwsh`; only split at its separators.
    PowerShell,
    /// Windows' `cmd`; only split at its separators.
    Cmd,
    /// Something else, such as `python -c`: no commands are known.
    Other,
}

impl Shell {
    /// The shell that SHELL or a first line `#!` names with these words.
    pub fn of<T: AsRef<str>>(words: &[T]) -> Self {
        let mut names = words.iter().map(|word| {
            let name = word
                .as_ref()
                .rsplit(['/', '\\'])
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            name.strip_suffix(".exe").unwrap_or(&name).to_owned()
        });
        let mut name = names.next().unwrap_or_default();
        if matches!(name.as_str(), "env" | "busybox") {
            name = names
                .find(|name| !name.starts_with('-') && !name.contains('='))
                .unwrap_or_default();
        }
        match name.as_str() {
            "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "mksh" => Self::Posix,
            "powershell" | "pwsh" => Self::PowerShell,
            "cmd" => Self::Cmd,
            _ => Self::Other,
        }
    }
}

/// What stands before a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connector {
    /// Nothing: it is the first of its script, substitution or compound command.
    First,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or a line's end.
    Sequence,
    /// `|`
    Pipe,
    /// `&`
    Background,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Without quotes and escapes; variables and substitutions as written.
    pub text: String,
    /// As written.
    pub written: String,
    /// Whether any part of it is quoted or escaped.
    pub quoted: bool,
    /// Whether the shell puts a variable or a command's output in.
    pub has_expansion: bool,
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    pub(in crate::dockerfile) marks: Marks,
}

impl Word {
    /// A word that is as it is written.
    pub(super) fn plain(text: &str, quoted: bool, (line, column): (u32, u32)) -> Self {
        let mut marks = Marks::default();
        marks.push(0, text, line, column);
        Self {
            text: text.to_owned(),
            written: text.to_owned(),
            quoted,
            has_expansion: false,
            line,
            column,
            marks,
        }
    }
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// `>`, `>>`, `<`, `<<`, `2>` without its number, and so on.
    pub operator: String,
    /// The number before it.
    pub descriptor: Option<u32>,
    /// What stands after it: a file, a descriptor, the name of a here-document.
    pub target: String,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `NAME=value` before it, or given to `env`.
    pub assignments: Vec<(String, String)>,
    /// Its words, the program first; what merely starts it is in `wrappers`. None for lone assignments or redirections.
    pub words: Vec<Word>,
    /// Its redirections.
    pub redirections: Vec<Redirection>,
    /// Programs that start it, outermost first: `sudo`, `env`, `exec`, `time`, `sh` for `sh -c`, and so on.
    pub wrappers: Vec<String>,
    /// What stands before it.
    pub connector_before: Connector,
    /// Whether it is part of a pipeline.
    pub piped: bool,
    /// In how many compound commands, substitutions and nested scripts it stands.
    pub depth: u32,
    /// Line in the file of its first word, from 1.
    pub line: u32,
    /// Column of its first word in characters, from 1.
    pub column: u32,
}

impl Command {
    /// A program with its arguments that no shell reads; none without words.
    pub(super) fn program_of(words: Vec<Word>) -> Option<Self> {
        let first = words.first()?;
        Some(Self {
            assignments: Vec::new(),
            redirections: Vec::new(),
            wrappers: Vec::new(),
            connector_before: Connector::First,
            piped: false,
            depth: 0,
            line: first.line,
            column: first.column,
            words,
        })
    }

    /// The program's name without its folder.
    pub fn program(&self) -> Option<&str> {
        self.words.first()?.text.rsplit('/').next()
    }

    /// What follows the program, without quotes.
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        self.words.iter().skip(1).map(|word| word.text.as_str())
    }
}

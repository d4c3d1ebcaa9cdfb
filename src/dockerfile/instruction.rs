//! What a Dockerfile consists of.

use serde::{Deserialize, Serialize};

use super::{heredoc::Heredoc, place::Marks, problem::Problem};

/// A Dockerfile, read as far as it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// The character that continues a line and escapes another one: `\`, or a backtick when the file says so.
    pub escape: char,
    /// The parser directives at the top, in order.
    pub directives: Vec<Directive>,
    /// Every comment line, those inside an instruction too; directives are none.
    pub comments: Vec<Comment>,
    /// The instructions in order, unknown ones too.
    pub instructions: Vec<Instruction>,
    /// What is wrong, by line.
    pub problems: Vec<Problem>,
}

/// A line such as `# syntax=docker/dockerfile:1` above everything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    /// `syntax`, `escape` or `check`, in lower case.
    pub name: String,
    /// Its value without blanks around it.
    pub value: String,
    /// Line, from 1.
    pub line: u32,
}

/// A comment line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Line, from 1.
    pub line: u32,
    /// The text after the `#`, without blanks around it.
    pub text: String,
}

/// An instruction's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    /// Any other word.
    Unknown,
}

impl Keyword {
    /// The known ones, with their names.
    pub const ALL: [(Self, &'static str); 18] = [
        (Self::Add, "ADD"),
        (Self::Arg, "ARG"),
        (Self::Cmd, "CMD"),
        (Self::Copy, "COPY"),
        (Self::Entrypoint, "ENTRYPOINT"),
        (Self::Env, "ENV"),
        (Self::Expose, "EXPOSE"),
        (Self::From, "FROM"),
        (Self::Healthcheck, "HEALTHCHECK"),
        (Self::Label, "LABEL"),
        (Self::Maintainer, "MAINTAINER"),
        (Self::Onbuild, "ONBUILD"),
        (Self::Run, "RUN"),
        (Self::Shell, "SHELL"),
        (Self::Stopsignal, "STOPSIGNAL"),
        (Self::User, "USER"),
        (Self::Volume, "VOLUME"),
        (Self::Workdir, "WORKDIR"),
    ];

    /// The keyword of a name in any case.
    pub fn of(name: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map_or(Self::Unknown, |(keyword, _)| *keyword)
    }

    /// Its name in upper case; an unknown one has none.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(keyword, _)| *keyword == self)
            .map_or("", |(_, name)| name)
    }

    /// Whether its arguments may be a JSON array.
    pub fn takes_json(self) -> bool {
        matches!(
            self,
            Self::Add
                | Self::Cmd
                | Self::Copy
                | Self::Entrypoint
                | Self::Healthcheck
                | Self::Run
                | Self::Shell
                | Self::Volume
        )
    }
}

/// A flag before an instruction's arguments: `--from=build`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The name without the dashes.
    pub name: String,
    /// What stands after `=`, without quotes.
    pub value: Option<String>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// How arguments are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As text, for a shell: `CMD uvicorn app`.
    Shell(String),
    /// As a JSON array: `CMD ["uvicorn", "app"]`.
    Exec(Vec<String>),
}

impl Form {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Shell(text) => text.trim().is_empty(),
            Self::Exec(words) => words.is_empty(),
        }
    }
}

/// A name with its value, of ENV, LABEL or ARG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// As written.
    pub name: String,
    /// As written, with quotes and variables; none for an ARG without a default.
    pub value: Option<String>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Whether it is written the old way, `ENV name value`.
    pub legacy: bool,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Which one it is.
    pub keyword: Keyword,
    /// Its name as written.
    pub name: String,
    /// The flags, in order.
    pub flags: Vec<Flag>,
    /// The arguments; for HEALTHCHECK those of its CMD.
    pub form: Form,
    /// What follows the flags: continued lines joined, the comments and empty lines among them dropped.
    pub text: String,
    /// The names and values of ENV, LABEL and ARG.
    pub pairs: Vec<Pair>,
    /// The here-documents of RUN, COPY and ADD, in order.
    pub heredocs: Vec<Heredoc>,
    /// Its first line, from 1.
    pub start_line: u32,
    /// The column of its name in characters, from 1.
    pub start_column: u32,
    /// Its last line, here-documents included.
    pub end_line: u32,
    /// The instruction after ONBUILD.
    pub on_build: Option<Box<Instruction>>,
    /// The whole instruction on one line, its name included, as continuations join it.
    pub(super) joined: String,
    pub(super) marks: Marks,
    pub(super) words: Vec<(String, usize)>,
}

impl Instruction {
    /// Whether it always makes a layer. WORKDIR makes one with some builders, and where its folder is new.
    pub fn makes_layer(&self) -> bool {
        matches!(self.keyword, Keyword::Run | Keyword::Copy | Keyword::Add)
    }

    /// The line and column in the file, from 1, of a byte offset in [`Instruction::text`].
    pub fn locate(&self, offset: usize) -> (u32, u32) {
        self.marks.locate(&self.text, offset)
    }

    /// The line in the file, from 1, of a byte offset in [`Instruction::text`].
    pub fn line_at(&self, offset: usize) -> u32 {
        self.locate(offset).0
    }

    /// The value of the flag with this name; the last one if there are several.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().rev().find(|flag| flag.name == name)?.value.as_deref()
    }

    /// The arguments as words: those of the JSON array, or what blanks separate.
    ///
    /// For RUN, CMD, ENTRYPOINT in shell form these are no shell words; see [`super::commands`].
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|(word, _)| word.as_str())
    }

    /// The words of [`Instruction::arguments`] with the byte offset in the text where each starts.
    pub fn arguments_at(&self) -> impl Iterator<Item = (&str, usize)> {
        self.words.iter().map(|(word, offset)| (word.as_str(), *offset))
    }

    /// Whether the line is in the instruction.
    pub fn contains_line(&self, line: u32) -> bool {
        (self.start_line..=self.end_line).contains(&line)
    }
}

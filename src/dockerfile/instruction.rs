//! What a Dockerfile is made of.

/// A Dockerfile as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// The character that continues a line, `\` unless a directive says otherwise.
    pub escape: char,
    /// Parser directives (`# syntax=…`), which stand before anything else.
    pub directives: Vec<Directive>,
    /// Whole-line comments: line and text after `#`.
    pub comments: Vec<(u32, String)>,
    /// The instructions, unknown ones included.
    pub instructions: Vec<Instruction>,
    /// What was not understood.
    pub problems: Vec<Problem>,
}

/// A parser directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Its name in lower case.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Its line, from 1.
    pub line: u32,
}

/// Something that BuildKit would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1.
    pub line: u32,
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

macro_rules! keywords {
    ($($name:ident $text:literal,)*) => {
        /// The name of an instruction.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Keyword {
            $(
                #[doc = concat!("`", $text, "`")]
                $name,
            )*
            /// A name that no builder knows.
            Unknown,
        }

        impl Keyword {
            /// Every name that is known.
            pub const ALL: &[(&str, Self)] = &[$(($text, Self::$name),)*];

            /// The keyword of a word, in any case.
            pub fn of(word: &str) -> Self {
                Self::ALL
                    .iter()
                    .find(|(text, _)| text.eq_ignore_ascii_case(word))
                    .map_or(Self::Unknown, |(_, keyword)| *keyword)
            }
        }
    };
}

keywords! {
    Add "ADD",
    Arg "ARG",
    Cmd "CMD",
    Copy "COPY",
    Entrypoint "ENTRYPOINT",
    Env "ENV",
    Expose "EXPOSE",
    From "FROM",
    Healthcheck "HEALTHCHECK",
    Label "LABEL",
    Maintainer "MAINTAINER",
    Onbuild "ONBUILD",
    Run "RUN",
    Shell "SHELL",
    Stopsignal "STOPSIGNAL",
    User "USER",
    Volume "VOLUME",
    Workdir "WORKDIR",
}

/// A flag of an instruction: `--from=build`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Its name without dashes.
    pub name: String,
    /// Its value, none for a bare flag.
    pub value: Option<String>,
}

/// How an instruction's arguments are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// As text, for a shell where the instruction runs one.
    Shell(String),
    /// As a JSON array of strings.
    Exec(Vec<String>),
}

/// A here-document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it.
    pub name: String,
    /// Whether variables in it are expanded (the word was not quoted).
    pub expand: bool,
    /// Its lines, leading tabs taken off where `<<-` asks for it.
    pub body: String,
    /// The file's line on which the body begins, from 1.
    pub first_line: u32,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Which one.
    pub keyword: Keyword,
    /// Its name as written.
    pub name: String,
    /// Its flags.
    pub flags: Vec<Flag>,
    /// Its arguments after the flags, continuations joined, comments between them dropped.
    pub text: String,
    /// The arguments' form.
    pub form: Form,
    /// Its here-documents.
    pub heredocs: Vec<Heredoc>,
    /// First line, from 1.
    pub start_line: u32,
    /// Last line, here-documents included.
    pub end_line: u32,
    /// What ONBUILD holds.
    pub on_build: Option<Box<Instruction>>,
    /// Where the joined text came from: offset in `text`, and the line there; ascending.
    pub(super) origins: Vec<(usize, u32)>,
}

impl Instruction {
    /// The file's line (from 1) of an offset in [`text`](Self::text).
    pub fn line_at(&self, offset: usize) -> u32 {
        let index = self.origins.partition_point(|(start, _)| *start <= offset);
        index
            .checked_sub(1)
            .and_then(|index| self.origins.get(index))
            .map_or(self.start_line, |(_, line)| *line)
    }

    /// The value of a flag.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find(|flag| flag.name == name)?.value.as_deref()
    }
}

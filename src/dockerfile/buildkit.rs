//! Instructions as BuildKit's own parser gives them, with the field names of its Python binding (`dockerfile` on PyPI).

use serde::Serialize;

use super::{
    blanks::{blank_words, quoted_words},
    heredoc::Heredoc,
    instruction::{Dockerfile, Form, Instruction, Keyword},
};

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuildkitInstruction {
    /// Its name as written.
    pub cmd: String,
    /// The name behind ONBUILD.
    pub sub_cmd: Option<String>,
    /// Whether its arguments are a JSON array.
    pub json: bool,
    /// Its text without the continuations, the bodies of its here-documents included.
    pub original: String,
    /// Its first line, from 1.
    pub start_line: u32,
    /// Its last line.
    pub end_line: u32,
    /// Its flags as written, quotes taken out.
    pub flags: Vec<String>,
    /// Its arguments.
    pub value: Vec<String>,
    /// Its here-documents.
    pub heredocs: Vec<BuildkitHeredoc>,
}

/// A here-document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuildkitHeredoc {
    /// The word that ends it.
    pub name: String,
    /// The number before `<<`; 0 where there is none.
    pub file_descriptor: u32,
    /// Its lines, as they stand in the file.
    pub content: String,
}

/// The instructions of a Dockerfile.
pub fn as_buildkit(source: &str, dockerfile: &Dockerfile) -> Vec<BuildkitInstruction> {
    let lines: Vec<&str> = source
        .strip_prefix('\u{feff}')
        .unwrap_or(source)
        .split_inclusive('\n')
        .collect();
    dockerfile
        .instructions
        .iter()
        .map(|instruction| one(&lines, dockerfile.escape, instruction))
        .collect()
}

fn one(lines: &[&str], escape: char, instruction: &Instruction) -> BuildkitInstruction {
    // Of an ONBUILD the parser keeps the inner name and words, and neither flags nor here-documents.
    let inner = instruction.on_build.as_deref();
    let shown = inner.unwrap_or(instruction);
    let heredocs = &shown.heredocs;
    let mut original = instruction.joined.clone();
    if inner.is_none() {
        for heredoc in heredocs {
            if !original.ends_with('\n') {
                original.push('\n');
            }
            original.push_str(&as_written(lines, heredoc).content);
            original.push_str(&heredoc.name);
            original.push('\n');
        }
    }
    BuildkitInstruction {
        cmd: instruction.name.clone(),
        sub_cmd: inner.map(|inner| inner.name.clone()),
        json: is_json(shown),
        original,
        start_line: instruction.start_line,
        end_line: instruction.end_line,
        flags: if inner.is_some() {
            Vec::new()
        } else {
            shown
                .flags
                .iter()
                .map(|flag| match &flag.value {
                    Some(value) => format!("--{}={value}", flag.name),
                    None => format!("--{}", flag.name),
                })
                .collect()
        },
        value: value(shown, escape),
        heredocs: if inner.is_some() {
            Vec::new()
        } else {
            heredocs.iter().map(|heredoc| as_written(lines, heredoc)).collect()
        },
    }
}

fn is_json(instruction: &Instruction) -> bool {
    matches!(instruction.form, Form::Exec(_)) && instruction.keyword != Keyword::Unknown
}

/// The words as BuildKit's parser splits them, each keyword in its own way.
fn value(instruction: &Instruction, escape: char) -> Vec<String> {
    let text = instruction.text.as_str();
    match instruction.keyword {
        Keyword::Unknown => vec![String::new()],
        Keyword::Env | Keyword::Label => {
            let words = quoted_words(text, escape);
            if words.first().is_some_and(|(word, _)| word.contains('=')) {
                words
                    .iter()
                    .flat_map(|(word, _)| {
                        let (name, value) = word.split_once('=').unwrap_or((word, ""));
                        [name.to_owned(), value.to_owned()]
                    })
                    .collect()
            } else {
                instruction
                    .pairs
                    .iter()
                    .flat_map(|pair| [pair.name.clone(), pair.value.clone().unwrap_or_default()])
                    .collect()
            }
        }
        Keyword::Arg => quoted_words(text, escape).into_iter().map(|(word, _)| word).collect(),
        Keyword::From | Keyword::Expose => blank_words(text).into_iter().map(|(word, _)| word).collect(),
        Keyword::Add | Keyword::Copy | Keyword::Volume => instruction.arguments().map(str::to_owned).collect(),
        Keyword::Healthcheck => {
            let Some(word) = text.split_whitespace().next() else {
                return Vec::new();
            };
            let mut words = vec![word.to_owned()];
            match &instruction.form {
                Form::Exec(rest) => words.extend(rest.iter().cloned()),
                Form::Shell(rest) if rest.is_empty() => {}
                Form::Shell(rest) => words.push(rest.clone()),
            }
            words
        }
        Keyword::Onbuild => vec![String::new()],
        Keyword::Maintainer | Keyword::Stopsignal | Keyword::User | Keyword::Workdir => whole(text),
        Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell => match &instruction.form {
            Form::Exec(words) => words.clone(),
            Form::Shell(text) => whole(text),
        },
    }
}

fn whole(text: &str) -> Vec<String> {
    if text.is_empty() {
        Vec::new()
    } else {
        vec![text.to_owned()]
    }
}

/// A here-document with the tabs that `<<-` drops, as the parser gives it.
fn as_written(lines: &[&str], heredoc: &Heredoc) -> BuildkitHeredoc {
    let count = heredoc.body.matches('\n').count();
    let from = usize::try_from(heredoc.first_line).unwrap_or(1).saturating_sub(1);
    let content = lines.get(from..from + count).unwrap_or_default().concat();
    BuildkitHeredoc {
        name: heredoc.name.clone(),
        file_descriptor: heredoc.descriptor.unwrap_or_default(),
        content,
    }
}

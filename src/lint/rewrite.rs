//! Edits that rewrite an instruction without changing what it does.

use crate::{
    dockerfile::Form,
    lint::{build_step::BuildStep, edit::Edit, names::unquoted},
};

/// Writes another keyword.
pub(super) fn renamed_keyword(step: &BuildStep<'_>, name: &str) -> Option<Edit> {
    let own = &step.instruction.name;
    let is_lower = own.chars().all(char::is_lowercase);
    Some(Edit {
        line: step.instruction.start_line,
        column: step.instruction.start_column,
        remove: u32::try_from(own.chars().count()).ok()?,
        insert: if is_lower { name.to_lowercase() } else { name.to_owned() },
    })
}

/// The exec form of a command in shell form, where both do the same: plain words, on one line.
pub(super) fn exec_form(step: &BuildStep<'_>) -> Option<Edit> {
    let instruction = step.instruction;
    let Form::Shell(text) = &instruction.form else {
        return None;
    };
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " _-./:=,@%+".contains(c));
    let words: Vec<&str> = text.split_whitespace().collect();
    // A word such as `exec`, or a variable set in front, is for a shell.
    let first = words.first()?;
    let is_program = !first.contains('=') && !["exec", "cd", "source", ".", "eval", "export", "set"].contains(first);
    if !is_plain || !is_program || instruction.start_line != instruction.end_line {
        return None;
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let (line, column) = instruction.locate(instruction.text.len() - text.len());
    Some(Edit {
        line,
        column,
        remove: u32::MAX,
        insert: format!("[{}]", quoted.join(", ")),
    })
}

/// The label that says what MAINTAINER said.
pub(super) fn author_label(step: &BuildStep<'_>) -> Option<Edit> {
    let instruction = step.instruction;
    let name = unquoted(&instruction.text);
    let is_plain = !name.is_empty() && !name.contains(['"', '\\', '$', '`']);
    if !is_plain || instruction.start_line != instruction.end_line {
        return None;
    }
    Some(Edit {
        line: instruction.start_line,
        column: instruction.start_column,
        remove: u32::MAX,
        insert: format!("LABEL org.opencontainers.image.authors=\"{name}\""),
    })
}

//! A Dockerfile as data.

use std::io::{Result, Write};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::{
    clean,
    dockerfile::{BuildkitInstruction, Dockerfile, Form, Instruction},
    output::style::Style,
};

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ParseFormat {
    /// For reading
    Human,
    /// The fields of BuildKit's parser
    Json,
    /// Directives, comments, stages and every word with its place, as JSON
    Tokens,
}

/// Writes the fields of BuildKit's parser.
pub fn parsed_json(out: &mut dyn Write, instructions: &[BuildkitInstruction]) -> Result<()> {
    write!(out, "{}", clean::json(&serde_json::to_string_pretty(instructions)?))?;
    writeln!(out)
}

fn tokens(instruction: &Instruction) -> Value {
    let flags: Vec<Value> = instruction
        .flags
        .iter()
        .map(|flag| json!({"name": flag.name, "value": flag.value, "line": flag.line, "column": flag.column}))
        .collect();
    let words: Vec<Value> = instruction
        .arguments_at()
        .map(|(word, offset)| {
            let (line, column) = instruction.locate(offset);
            json!({"text": word, "line": line, "column": column})
        })
        .collect();
    let heredocs: Vec<Value> = instruction
        .heredocs
        .iter()
        .map(|heredoc| {
            json!({
                "name": heredoc.name,
                "descriptor": heredoc.descriptor,
                "strips-tabs": heredoc.strip_tabs,
                "expands": heredoc.expand,
                "body": heredoc.body,
                "line": heredoc.first_line,
            })
        })
        .collect();
    json!({
        "instruction": instruction.keyword.name(),
        "name": instruction.name,
        "line": instruction.start_line,
        "column": instruction.start_column,
        "end-line": instruction.end_line,
        "exec-form": matches!(instruction.form, Form::Exec(_)),
        "flags": flags,
        "words": words,
        "here-documents": heredocs,
        "on-build": instruction.on_build.as_deref().map(tokens),
    })
}

/// Writes directives, comments, stages and every word with its line and column.
pub fn tokens_json(out: &mut dyn Write, dockerfile: &Dockerfile) -> Result<()> {
    let stages: Vec<Value> = dockerfile
        .stages()
        .iter()
        .map(|stage| {
            json!({
                "index": stage.index,
                "name": stage.name,
                "base": stage.base,
                "platform": stage.platform,
                "line": stage.line,
            })
        })
        .collect();
    let instructions: Vec<Value> = dockerfile.instructions.iter().map(tokens).collect();
    let problems: Vec<Value> = dockerfile
        .problems
        .iter()
        .map(|problem| {
            json!({
                "kind": problem.kind,
                "line": problem.line,
                "column": problem.column,
                "message": problem.message,
                "stops-build": problem.stops_build(),
                "suggestion": problem.suggestion,
            })
        })
        .collect();
    let whole = json!({
        "escape": dockerfile.escape,
        "directives": dockerfile.directives,
        "comments": dockerfile.comments,
        "stages": stages,
        "instructions": instructions,
        "problems": problems,
    });
    write!(out, "{}", clean::json(&serde_json::to_string_pretty(&whole)?))?;
    writeln!(out)
}

/// Writes the instructions for people: line, name, flags and words.
pub fn parsed(out: &mut dyn Write, dockerfile: &Dockerfile, columns: usize, style: Style) -> Result<()> {
    let mut indent = 0;
    for instruction in &dockerfile.instructions {
        let lines = if instruction.start_line == instruction.end_line {
            instruction.start_line.to_string()
        } else {
            format!("{}-{}", instruction.start_line, instruction.end_line)
        };
        if instruction.keyword == crate::dockerfile::Keyword::From {
            indent = 0;
        }
        let head = format!("{lines:>7}  {}", " ".repeat(indent));
        let flags: String = instruction
            .flags
            .iter()
            .map(|flag| match &flag.value {
                Some(value) => format!(" --{}={value}", flag.name),
                None => format!(" --{}", flag.name),
            })
            .collect();
        let room = columns.saturating_sub(head.len() + instruction.name.len() + 1).max(20);
        let text: String = format!("{flags} {}", instruction.text)
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let mut shown: String = text.chars().take(room).collect();
        if text.chars().nth(room).is_some() {
            shown.pop();
            shown.push('…');
        }
        writeln!(out, "{}{}{shown}", style.dim(head), style.keyword(&instruction.name))?;
        for heredoc in &instruction.heredocs {
            let lines = heredoc.body.lines().count();
            writeln!(
                out,
                "{:9}{}{}",
                "",
                " ".repeat(indent),
                style.dim(say!("<<{}: {lines} lines from line {}", heredoc.name, heredoc.first_line; lines))
            )?;
        }
        if instruction.keyword == crate::dockerfile::Keyword::From {
            indent = 2;
        }
    }
    Ok(())
}

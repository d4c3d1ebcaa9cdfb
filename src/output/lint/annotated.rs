//! Findings for people: the line itself, the very word, and what the course says about it.

use std::{
    collections::BTreeMap,
    io::{Result, Write},
};

use super::{linted_file::LintedFile, severity::coloured};
use crate::{
    lint::Severity,
    output::{style::Style, wrapped},
    quantity,
};

/// Which task teaches a rule, by the rule's code.
pub type Taught = BTreeMap<String, String>;

/// Writes findings for people; `install` is what installs ShellCheck, where it was missing.
pub fn annotated(
    out: &mut dyn Write,
    files: &[LintedFile],
    taught: &Taught,
    install: Option<&str>,
    columns: usize,
    style: Style,
) -> Result<()> {
    let mut told: Vec<&str> = Vec::new();
    for file in files {
        for finding in &file.findings {
            let (line, column) = finding.at;
            let head = format!("{}:{line}:{column}", file.name);
            writeln!(
                out,
                "{}  {} {}",
                style.head(head),
                coloured(finding.severity, style),
                style.dim(&finding.code)
            )?;
            writeln!(out, "  {}", wrapped(&finding.message, columns.saturating_sub(2), "  "))?;
            excerpt(out, &file.source, finding.at, columns, style)?;
            let is_first = !told.contains(&finding.code.as_str());
            told.push(&finding.code);
            if let Some(task) = taught.get(&finding.code).filter(|_| is_first) {
                writeln!(
                    out,
                    "  {}",
                    style.dim(say!("taught in task {task}: `dockerlab read {task}`"; task))
                )?;
            }
            writeln!(out)?;
        }
    }
    summary(out, files, style)?;
    if let Some(install) = install {
        let why = say!("The shell commands of RUN were not checked. To install ShellCheck:");
        writeln!(out, "{}\n  {install}", wrapped(why, columns, ""))?;
    }
    Ok(())
}

/// The line, and a mark below the word.
fn excerpt(out: &mut dyn Write, source: &str, at: (u32, u32), columns: usize, style: Style) -> Result<()> {
    let index = usize::try_from(at.0).unwrap_or(usize::MAX).wrapping_sub(1);
    let Some(text) = source.lines().nth(index) else {
        return Ok(());
    };
    let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let number = at.0.to_string();
    let room = columns.saturating_sub(number.len() + 8).max(30);
    // A long line is shown from a little before the word.
    let column = usize::try_from(at.1).unwrap_or(usize::MAX).saturating_sub(1);
    let from = if column + 10 > room {
        column.saturating_sub(room / 2)
    } else {
        0
    };
    let part: String = shown.chars().skip(from).take(room).collect();
    let before: String = shown.chars().skip(from).take(column - from).collect();
    let gap = " ".repeat(console::measure_text_width(&before));
    let cut = if from > 0 { "…" } else { "" };
    writeln!(
        out,
        "    {} {cut}{}",
        style.dim(format!("{number} |")),
        style.code(part)
    )?;
    let margin = " ".repeat(number.len() + 7 + cut.chars().count());
    writeln!(out, "{margin}{gap}{}", style.care("^"))
}

fn summary(out: &mut dyn Write, files: &[LintedFile], style: Style) -> Result<()> {
    let count = |severity: Severity| {
        files
            .iter()
            .flat_map(|file| &file.findings)
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let parts: Vec<String> = Severity::ALL
        .into_iter()
        .filter(|severity| count(*severity) > 0)
        .map(|severity| {
            let noun = match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "remark",
                Severity::Style | Severity::Off => "style remark",
            };
            quantity::count(count(severity), noun)
        })
        .collect();
    let names = quantity::count(files.len(), "file");
    if parts.is_empty() {
        return writeln!(out, "{}", style.good(say!("nothing found in {names}"; names)));
    }
    writeln!(out, "{}", style.head(say!("{} in {names}", parts.join(", "); names)))?;
    let fixable = files
        .iter()
        .flat_map(|file| &file.findings)
        .filter(|finding| !finding.edits.is_empty())
        .count();
    if fixable > 0 {
        writeln!(
            out,
            "{}",
            say!("{fixable} of them can be fixed: `dockerlab lint --fix` shows how"; fixable)
        )?;
    }
    writeln!(
        out,
        "{}",
        say!("`dockerlab lint --explain CODE` explains a rule, with examples")
    )
}

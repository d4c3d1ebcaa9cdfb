//! A check as a person reads it.

use std::io::{Result, Write};

use clap::ValueEnum;

use crate::{
    check::{Coached, Outcome, Verdict, Verdicts, evidence::Evidence},
    error::Error,
    lint::Finding,
    output::{coached::coached, style::Style, wrapped},
    quantity,
};

/// How a verdict is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For reading
    Human,
    /// For programs; docs/check-json.md describes it
    Json,
    /// Annotations for a GitHub workflow
    Github,
    /// Test results for CI systems
    Junit,
    /// Results for code scanning
    Sarif,
}

/// What a check came to.
#[derive(Debug, Clone)]
pub struct CheckReport {
    /// The task's id.
    pub task: String,
    /// Its title.
    pub title: String,
    /// The image's name.
    pub image: String,
    /// The verdicts.
    pub verdicts: Verdicts,
    /// Whether the engine had its say; why not otherwise.
    pub without_engine: Option<String>,
    /// What could not be written down of it: the attempt, the evidence, the next task's file.
    pub unrecorded: Vec<Error>,
    /// What was found out.
    pub evidence: Evidence,
    /// What the build cache did, where something was built.
    pub coached: Option<Coached>,
    /// What the lint rules say of what the task teaches; never part of the verdict.
    pub advice: Vec<Finding>,
    /// Seconds from the command to the verdict.
    pub seconds: f64,
    /// What is said after passing.
    pub learned: String,
    /// Files that were added for the next task.
    pub opened: OpenedFiles,
    /// The next task's id, when there is one.
    pub next_task: Option<String>,
    /// What is said when every task is passed, on the check that made it so.
    pub farewell: Option<String>,
}

/// The files that were added when a task opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenedFiles {
    /// Dockerfiles that are copies of those of earlier tasks.
    pub copies: Vec<String>,
    /// What the course adds.
    pub added: Vec<String>,
}

impl OpenedFiles {
    /// The added files, as many as a line has room for; none where there are none.
    pub fn told(&self) -> Option<String> {
        const MOST: usize = 3;
        match self.added.as_slice() {
            [] => None,
            few if few.len() <= MOST => Some(few.join(", ")),
            many => Some(say!("{} and {} more", many[..MOST].join(", "), many.len() - MOST)),
        }
    }
}

const INDENT: &str = "                  ";

/// Writes a check.
pub fn checked(out: &mut dyn Write, report: &CheckReport, columns: usize, style: Style) -> Result<()> {
    writeln!(
        out,
        "{}  {}",
        style.head(say!("Task {}  {}", report.task, report.title)),
        style.dim(&report.image)
    )?;
    if let Some(why) = &report.without_engine {
        let text = say!("Checked without an engine ({why}): what only the image can show was not checked, and the rest is provisional."; why);
        writeln!(out, "{}", style.care(wrapped(&text, columns, "")))?;
    }
    writeln!(out)?;
    let mut hidden_skipped = 0;
    let mut hidden_unknown = 0;
    for verdict in &report.verdicts.0 {
        match &verdict.outcome {
            Outcome::Skipped { .. } if verdict.hidden && !verdict.remark => hidden_skipped += 1,
            Outcome::CannotCheck { .. } if verdict.hidden && !verdict.remark => hidden_unknown += 1,
            _ => one(out, verdict, columns, style)?,
        }
    }
    let hidden = |count: usize| {
        if count == 1 {
            say!("1 hidden criterion").to_owned()
        } else {
            say!("{count} hidden criteria"; count)
        }
    };
    if hidden_skipped > 0 {
        line(
            out,
            &style.care(say!("SKIP")),
            say!("SKIP"),
            &hidden(hidden_skipped),
            columns,
        )?;
    }
    if hidden_unknown > 0 {
        line(
            out,
            &style.care(say!("CANNOT CHECK")),
            say!("CANNOT CHECK"),
            &hidden(hidden_unknown),
            columns,
        )?;
    }
    writeln!(out)?;
    summary(out, report, columns, style)?;
    for error in &report.unrecorded {
        writeln!(out)?;
        let text = say!("The result is valid, but not all of it could be saved:");
        writeln!(out, "{}", style.care(wrapped(text, columns, "")))?;
        super::error(out, error, style)?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, word: &str, bare: &str, text: &str, columns: usize) -> Result<()> {
    let pad = 14usize.saturating_sub(bare.chars().count());
    writeln!(
        out,
        "  {word}{}{}",
        " ".repeat(pad),
        wrapped(text, columns, "                ")
    )
}

/// A line of a failure's details: what it tells, and the text wrapped beside it.
fn part(out: &mut dyn Write, label: &str, text: &str, columns: usize, style: Style) -> Result<()> {
    let pad = 10usize.saturating_sub(label.chars().count());
    let indent = format!("{INDENT}        ");
    writeln!(
        out,
        "                {}{}{}",
        style.dim(label),
        " ".repeat(pad),
        wrapped(text, columns, &indent)
    )
}

fn one(out: &mut dyn Write, verdict: &Verdict, columns: usize, style: Style) -> Result<()> {
    let (bare, word) = match &verdict.outcome {
        Outcome::Pass if verdict.remark => return Ok(()),
        Outcome::Skipped { .. } | Outcome::CannotCheck { .. } if verdict.remark => return Ok(()),
        Outcome::Fail(failure) if verdict.optional => {
            line(
                out,
                &style.dim(say!("OPTIONAL")),
                say!("OPTIONAL"),
                &verdict.says,
                columns,
            )?;
            part(out, say!("found"), &failure.found, columns, style)?;
            return part(out, say!("next"), &verdict.next, columns, style);
        }
        Outcome::Pass if verdict.provisional => (say!("PASS so far"), style.good(say!("PASS so far"))),
        Outcome::Pass => (say!("PASS"), style.good(say!("PASS"))),
        Outcome::Fail(_) if verdict.remark => (say!("REMARK"), style.care(say!("REMARK"))),
        Outcome::Fail(_) => (say!("FAIL"), style.fail(say!("FAIL"))),
        Outcome::Skipped { .. } => (say!("SKIP"), style.care(say!("SKIP"))),
        Outcome::CannotCheck { .. } => (say!("CANNOT CHECK"), style.care(say!("CANNOT CHECK"))),
    };
    let name = match verdict.outcome {
        Outcome::Pass => verdict.says.as_str(),
        _ => verdict.name(),
    };
    line(out, &word, bare, name, columns)?;
    match &verdict.outcome {
        Outcome::Pass => Ok(()),
        Outcome::Skipped { because } | Outcome::CannotCheck { because } => {
            writeln!(
                out,
                "                {}",
                style.dim(wrapped(because, columns, "                "))
            )
        }
        Outcome::Fail(failure) => {
            part(out, say!("expected"), &failure.expected, columns, style)?;
            part(out, say!("found"), &failure.found, columns, style)?;
            if let Some(place) = &failure.place {
                part(
                    out,
                    say!("at"),
                    &format!("{}:{}", place.file, place.line),
                    columns,
                    style,
                )?;
                let width = columns.saturating_sub(34).max(20);
                let characters: Vec<char> = place.text.chars().collect();
                for (row, part) in characters.chunks(width).enumerate() {
                    let gutter = match row {
                        0 => format!("{:>3} |", place.line),
                        _ => "    |".to_owned(),
                    };
                    let text: String = part.iter().collect();
                    writeln!(
                        out,
                        "                          {} {}",
                        style.dim(gutter),
                        style.code(text)
                    )?;
                }
            }
            if !failure.details.is_empty() {
                writeln!(out, "                {}", style.dim(say!("from its output:")))?;
                for detail in &failure.details {
                    let text: String = detail.chars().take(columns.saturating_sub(20).max(20)).collect();
                    writeln!(out, "                  {}", style.dim(text))?;
                }
            }
            if let Some(log) = &failure.whole_log {
                part(out, say!("log"), log, columns, style)?;
            }
            part(out, say!("why"), &verdict.why, columns, style)?;
            part(out, say!("next"), &verdict.next, columns, style)
        }
    }
}

/// What could be better, beside the verdict: a few lines, and where to read more; none where there is nothing.
pub(super) fn advice_lines(advice: &[Finding], columns: usize, style: Style) -> Vec<String> {
    const MOST: usize = 4;
    let Some(first) = advice.first() else {
        return Vec::new();
    };
    let first = &first.code;
    let mut lines = vec![style.head(say!("Advice, not part of the verdict:"))];
    for finding in advice.iter().take(MOST) {
        let text = say!("line {}: {}", finding.line, finding.message);
        let text = wrapped(&text, columns.saturating_sub(2 + finding.code.len() + 1), "  ");
        lines.extend(text.lines().map(|line| format!("  {line}")));
        if let Some(last) = lines.last_mut() {
            last.push_str(&format!(" {}", style.dim(&finding.code)));
        }
    }
    if let Some(more) = advice.len().checked_sub(MOST).filter(|more| *more > 0) {
        let text = say!("and {more} more: `dockerlab lint` lists them all"; more);
        lines.push(format!("  {}", style.dim(text)));
    }
    let text = say!("`dockerlab lint --explain {first}` explains why"; first);
    lines.push(format!("  {}", style.dim(text)));
    lines
}

fn summary(out: &mut dyn Write, report: &CheckReport, columns: usize, style: Style) -> Result<()> {
    if let Some(done) = &report.coached {
        coached(out, done, columns, style)?;
    }
    let advice = advice_lines(&report.advice, columns, style);
    for line in &advice {
        writeln!(out, "{line}")?;
    }
    if !advice.is_empty() {
        writeln!(out)?;
    }
    let verdicts = &report.verdicts;
    let (passed, of) = verdicts.score();
    let mut rest = Vec::new();
    for (word, one, many) in [
        ("fail", say!("fails"), say!("fail")),
        ("skipped", say!("skipped"), say!("skipped")),
        ("cannot-check", say!("not checked"), say!("not checked")),
    ] {
        let count = verdicts.required_count(word);
        if count > 0 {
            rest.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!(": {}", rest.join(", "))
    };
    writeln!(
        out,
        "{}",
        say!("{passed} of {} met{rest}  {}", quantity::count(of, "criterion"), style.dim(format!("({})", quantity::seconds(report.seconds))); passed, rest)
    )?;
    let optional: Vec<&Verdict> = verdicts.optional().collect();
    if !optional.is_empty() {
        let done = optional
            .iter()
            .filter(|verdict| verdict.outcome == Outcome::Pass)
            .count();
        writeln!(
            out,
            "{}",
            style.dim(say!("{done} of {} optional, not needed to pass", optional.len(); done))
        )?;
    }
    if verdicts.passed() {
        writeln!(out)?;
        writeln!(out, "{}", style.good(say!("Task {} is passed.", report.task)))?;
        if let Some(image) = report.evidence.image.known() {
            let own = image.base.as_ref().and_then(|base| base.layers).unwrap_or(0);
            let layers = image.layers.len().saturating_sub(own);
            let build = report
                .evidence
                .build
                .known()
                .map(|build| build.seconds)
                .unwrap_or_default();
            writeln!(
                out,
                "{}",
                say!(
                    "Your image: {}, {} added to {} of the base image; built in {}.",
                    quantity::size(image.size),
                    quantity::count(layers, "layer"),
                    own,
                    quantity::seconds(build)
                )
            )?;
        }
        if !report.learned.is_empty() {
            writeln!(out)?;
            writeln!(out, "{}", wrapped(&report.learned, columns, ""))?;
        }
        for file in &report.opened.copies {
            writeln!(out)?;
            writeln!(
                out,
                "{}",
                say!("{} is ready for the next task: a copy of this one.", style.code(file))
            )?;
        }
        if let Some(added) = report.opened.told() {
            writeln!(out)?;
            writeln!(
                out,
                "{}",
                wrapped(&say!("Added for the next task: {added}."; added), columns, "")
            )?;
        }
        if let Some(farewell) = &report.farewell {
            writeln!(out)?;
            for paragraph in farewell.trim().split("\n\n") {
                writeln!(out, "{}\n", wrapped(paragraph, columns, ""))?;
            }
        } else if let Some(next) = &report.next_task {
            writeln!(
                out,
                "{}",
                say!("Continue with {}.", style.code(format!("dockerlab read {next}")))
            )?;
        }
    } else if verdicts.failed() {
        let text = say!(
            "Fix what fails first, save, and run {} again. For help, run {}.",
            style.code(format!("dockerlab check {}", report.task)),
            style.code(format!("dockerlab hint {}", report.task))
        );
        writeln!(out, "{}", wrapped(&text, columns, ""))?;
    } else if report.without_engine.is_some() {
        let text = say!(
            "Nothing fails so far. With an engine, {} checks the rest. {} finds out what is missing.",
            style.code(format!("dockerlab check {}", report.task)),
            style.code("dockerlab doctor")
        );
        writeln!(out, "{}", wrapped(&text, columns, ""))?;
    } else {
        let text =
            say!("Not everything could be checked. This is not your fault, and it does not count as an attempt.");
        writeln!(out, "{}", wrapped(text, columns, ""))?;
    }
    Ok(())
}

//! A check as a person reads it.

use std::io::{Result, Write};

use crate::{
    check::{Coached, Outcome, Verdict, Verdicts, evidence::Evidence},
    output::{coached::coached, style::Style, wrapped},
    words,
};

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
    /// What was found out.
    pub evidence: Evidence,
    /// What the build cache did, where something was built.
    pub coached: Option<Coached>,
    /// Seconds from the command to the verdict.
    pub seconds: f64,
    /// What is said after passing.
    pub learned: String,
    /// Files that were made for the next task.
    pub scaffolded: Vec<String>,
    /// The next task's id, when there is one.
    pub next_task: Option<String>,
    /// What is said when every task is passed, on the check that made it so.
    pub farewell: Option<String>,
}

const INDENT: &str = "                  ";

/// Writes a check.
pub fn checked(out: &mut dyn Write, report: &CheckReport, columns: usize, style: Style) -> Result<()> {
    writeln!(
        out,
        "{}  {}",
        style.head(format!("Task {}  {}", report.task, report.title)),
        style.dim(&report.image)
    )?;
    if let Some(why) = &report.without_engine {
        let text = format!(
            "Judged without an engine ({why}): what the image has to show was not judged, the rest is provisional."
        );
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
            "1 hidden criterion".to_owned()
        } else {
            format!("{count} hidden criteria")
        }
    };
    if hidden_skipped > 0 {
        line(out, &style.care("SKIP"), "SKIP", &hidden(hidden_skipped), columns)?;
    }
    if hidden_unknown > 0 {
        line(
            out,
            &style.care("CANNOT CHECK"),
            "CANNOT CHECK",
            &hidden(hidden_unknown),
            columns,
        )?;
    }
    writeln!(out)?;
    summary(out, report, columns, style)
}

fn line(out: &mut dyn Write, word: &str, bare: &str, text: &str, columns: usize) -> Result<()> {
    let pad = 14usize.saturating_sub(bare.len());
    writeln!(
        out,
        "  {word}{}{}",
        " ".repeat(pad),
        wrapped(text, columns, "                ")
    )
}

/// A line of a failure's details: what it tells, and the text wrapped beside it.
fn part(out: &mut dyn Write, label: &str, text: &str, columns: usize, style: Style) -> Result<()> {
    let pad = 10usize.saturating_sub(label.len());
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
        Outcome::Pass if verdict.provisional => ("PASS so far", style.good("PASS so far")),
        Outcome::Pass => ("PASS", style.good("PASS")),
        Outcome::Fail(_) if verdict.remark => ("REMARK", style.care("REMARK")),
        Outcome::Fail(_) => ("FAIL", style.fail("FAIL")),
        Outcome::Skipped { .. } => ("SKIP", style.care("SKIP")),
        Outcome::CannotCheck { .. } => ("CANNOT CHECK", style.care("CANNOT CHECK")),
    };
    let name = if verdict.hidden && verdict.outcome != Outcome::Pass {
        "a hidden criterion"
    } else {
        verdict.says.as_str()
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
            part(out, "expected", &failure.expected, columns, style)?;
            part(out, "found", &failure.found, columns, style)?;
            if let Some(place) = &failure.place {
                part(out, "at", &format!("{}:{}", place.file, place.line), columns, style)?;
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
                writeln!(out, "                {}", style.dim("its last lines:"))?;
                for detail in &failure.details {
                    let text: String = detail.chars().take(columns.saturating_sub(20).max(20)).collect();
                    writeln!(out, "                  {}", style.dim(text))?;
                }
            }
            part(out, "why", &verdict.why, columns, style)?;
            part(out, "next", &verdict.next, columns, style)
        }
    }
}

fn summary(out: &mut dyn Write, report: &CheckReport, columns: usize, style: Style) -> Result<()> {
    if let Some(done) = &report.coached {
        coached(out, done, columns, style)?;
    }
    let verdicts = &report.verdicts;
    let required: Vec<&Verdict> = verdicts.required().collect();
    let count = |word: &str| required.iter().filter(|verdict| verdict.outcome.word() == word).count();
    let passed = count("pass");
    let mut rest = Vec::new();
    for (word, text) in [
        ("fail", "fails"),
        ("skipped", "skipped"),
        ("cannot-check", "not checked"),
    ] {
        let count = count(word);
        if count > 0 {
            let text = if word == "fail" && count > 1 { "fail" } else { text };
            rest.push(format!("{count} {text}"));
        }
    }
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!(": {}", rest.join(", "))
    };
    writeln!(
        out,
        "{passed} of {} hold{rest}  {}",
        words::count(required.len(), "criterion").replace("criterions", "criteria"),
        style.dim(format!("({})", words::seconds(report.seconds)))
    )?;
    if verdicts.passed() {
        writeln!(out)?;
        writeln!(out, "{}", style.good(format!("Task {} is passed.", report.task)))?;
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
                "Your image: {}, {} of your own on {} of the base's; built in {}.",
                words::size(image.size),
                words::count(layers, "layer"),
                own,
                words::seconds(build)
            )?;
        }
        if !report.learned.is_empty() {
            writeln!(out)?;
            writeln!(out, "{}", wrapped(&report.learned, columns, ""))?;
        }
        for file in &report.scaffolded {
            writeln!(out)?;
            writeln!(
                out,
                "{} is there for the next task, copied from this one.",
                style.code(file)
            )?;
        }
        if let Some(farewell) = &report.farewell {
            writeln!(out)?;
            for paragraph in farewell.trim().split("\n\n") {
                writeln!(out, "{}\n", wrapped(paragraph, columns, ""))?;
            }
        } else if let Some(next) = &report.next_task {
            writeln!(out, "Go on with {}.", style.code(format!("dockerlab read {next}")))?;
        }
    } else if verdicts.failed() {
        let text = format!(
            "Mend what fails first, save, and run {} again; {} goes a step further.",
            style.code(format!("dockerlab check {}", report.task)),
            style.code(format!("dockerlab hint {}", report.task))
        );
        writeln!(out, "{}", wrapped(&text, columns, ""))?;
    } else if report.without_engine.is_some() {
        let text = format!(
            "Nothing here fails so far. With an engine, {} judges the rest; {} tells what is missing.",
            style.code(format!("dockerlab check {}", report.task)),
            style.code("dockerlab doctor")
        );
        writeln!(out, "{}", wrapped(&text, columns, ""))?;
    } else {
        let text = "Not everything could be checked, through no fault of yours; this counts as no attempt.";
        writeln!(out, "{}", wrapped(text, columns, ""))?;
    }
    Ok(())
}

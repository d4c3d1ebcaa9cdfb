//! What became of a course's proofs.

use std::io::{Result, Write};

use serde::Serialize;

use crate::{
    clean,
    course::Task,
    output::{style::Style, wrapped},
    proof::{Awaited, Fault, Judged, Proved},
    quantity,
};

/// A course's proof.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ProofReport {
    /// By task.
    pub tasks: Vec<Proved>,
    /// Answers that only an engine could have proved.
    pub unproved: usize,
    /// Why no engine was asked, when none was.
    pub without_engine: Option<String>,
    /// Seconds from the command to the outcome.
    pub seconds: f64,
}

/// What could be proved of a task without an engine.
pub fn proved_statically(task: &Task, known: &[Judged], faults: Vec<(String, String)>) -> Proved {
    let count = |is_right: bool| {
        known
            .iter()
            .filter(|one| match one.answer.awaited {
                Awaited::Pass => is_right,
                Awaited::Fail(_) => !is_right,
                Awaited::NotYet => false,
            })
            .count()
    };
    let faults: Vec<Fault> = faults
        .into_iter()
        .map(|(of, what)| Fault {
            task: task.id.clone(),
            of,
            what,
        })
        .collect();
    let at_fault = |side: &str| faults.iter().filter(|fault| fault.of.starts_with(side)).count();
    Proved {
        task: task.id.clone(),
        right: (count(true) + at_fault("right/"), count(true)),
        wrong: (count(false) + at_fault("wrong/"), count(false)),
        criteria: (task.criteria.len(), 0),
        faults,
    }
}

/// Writes a course's proof as a table and the faults below it.
pub fn proved(out: &mut dyn Write, report: &ProofReport, columns: usize, style: Style) -> Result<()> {
    if let Some(why) = &report.without_engine {
        let text = say!("Proved without an engine ({why}): only what the files alone can show."; why);
        writeln!(out, "{}", style.care(wrapped(&text, columns, "")))?;
    }
    let widest = report
        .tasks
        .iter()
        .map(|task| task.task.chars().count())
        .max()
        .unwrap_or_default()
        .max(4);
    let head = say!("RIGHT      WRONG      CAUGHT ALONE");
    writeln!(out, "{}", style.dim(format!("  {:<widest$}  {head}", say!("TASK"))))?;
    for task in &report.tasks {
        let of = |(all, good): (usize, usize)| say!("{good} of {all}"; good, all);
        let alone = if report.without_engine.is_some() {
            String::new()
        } else {
            of(task.criteria)
        };
        let row = format!(
            "  {:<widest$}  {:<9}  {:<9}  {alone}",
            task.task,
            of(task.right),
            of(task.wrong)
        );
        let row = row.trim_end();
        writeln!(
            out,
            "{}",
            if task.faults.is_empty() {
                row.to_owned()
            } else {
                style.fail(row)
            }
        )?;
    }
    writeln!(out)?;
    let faults: Vec<&Fault> = report.tasks.iter().flat_map(|task| &task.faults).collect();
    for fault in &faults {
        let text = say!("task {}, {}: {}", fault.task, fault.of, fault.what);
        writeln!(
            out,
            "{} {}",
            style.fail(say!("FAULT")),
            wrapped(&text, columns, "      ")
        )?;
    }
    if report.unproved > 0 {
        let text = say!(
            "{} can only be proved with an engine.",
            quantity::count(report.unproved, "answer")
        );
        writeln!(out, "{}", wrapped(&text, columns, ""))?;
    }
    let time = quantity::seconds(report.seconds);
    let proved: usize = report.tasks.iter().map(|task| task.right.1 + task.wrong.1).sum();
    let outcome = if !faults.is_empty() {
        style.fail(quantity::count(faults.len(), "fault"))
    } else if proved == 0 {
        style.care(say!("Nothing was proved."))
    } else if report.unproved > 0 {
        style.care(say!("What the files show has no fault."))
    } else {
        style.good(say!("Everything is proved."))
    };
    writeln!(out, "{outcome}  ({time})")
}

/// Writes a course's proof as JSON.
pub fn proved_json(out: &mut dyn Write, report: &ProofReport) -> Result<()> {
    let document = serde_json::json!({ "schema": "dockerlab/proof/1", "proof": report });
    write!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))?;
    writeln!(out)
}

//! Kept evidence, judged again.

use std::io::{Result, Write};

use serde::Serialize;

use crate::{
    check::Verdicts,
    clean,
    output::{style::Style, wrapped},
    progress::Attempt,
    quantity,
};

/// A check of before, with the verdict of today.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Regraded {
    /// The task's id.
    pub task: String,
    /// When it was checked, digits and letters of RFC 3339.
    pub at: String,
    /// Whether it passed then; none when that check was no attempt.
    pub passed_then: Option<bool>,
    /// Whether it passes now.
    pub passes_now: bool,
    /// Criteria that come out otherwise: id, outcome then ("" for a new criterion), outcome now ("" for one that is
    /// gone).
    pub changes: Vec<(String, String, String)>,
}

impl Regraded {
    /// Compares a check's outcome with today's verdicts.
    pub fn new(task: &str, at: &str, then: Option<&Attempt>, now: &Verdicts) -> Self {
        let mut changes = Vec::new();
        if let Some(then) = then {
            for verdict in &now.0 {
                let before = then.outcomes.get(&verdict.criterion).map_or("", String::as_str);
                if before != verdict.outcome.word() {
                    changes.push((
                        verdict.criterion.clone(),
                        before.to_owned(),
                        verdict.outcome.word().to_owned(),
                    ));
                }
            }
            for (id, before) in &then.outcomes {
                if now.0.iter().all(|verdict| &verdict.criterion != id) {
                    changes.push((id.clone(), before.clone(), String::new()));
                }
            }
        }
        Self {
            task: task.to_owned(),
            at: at.to_owned(),
            passed_then: then.map(|then| then.passed),
            passes_now: now.passed(),
            changes,
        }
    }
}

/// Writes what changed.
pub fn regraded(out: &mut dyn Write, found: &[Regraded], columns: usize, style: Style) -> Result<()> {
    if found.is_empty() {
        return writeln!(
            out,
            "{}",
            say!("No evidence has been kept yet: `dockerlab check` keeps it.")
        );
    }
    let word = |passed: bool| if passed { say!("passed") } else { say!("not passed") };
    let mut changed = 0;
    for one in found {
        let before = one.passed_then.map_or(say!("no attempt"), word);
        let line = say!(
            "task {} {}  {before} before, {} now",
            format!("{:<4}", one.task),
            one.at,
            word(one.passes_now);
            before
        );
        let is_other = one.passed_then.is_some_and(|then| then != one.passes_now) || !one.changes.is_empty();
        changed += usize::from(is_other);
        writeln!(out, "{}", if is_other { style.care(line) } else { line })?;
        for (id, then, now) in &one.changes {
            let shown = |word: &str, none: &'static str| {
                if word.is_empty() {
                    none.to_owned()
                } else {
                    word.to_owned()
                }
            };
            let text = format!(
                "{id}: {} -> {}",
                shown(then, say!("not there")),
                shown(now, say!("gone"))
            );
            writeln!(out, "           {}", wrapped(&text, columns, "           "))?;
        }
    }
    writeln!(out)?;
    writeln!(
        out,
        "{}",
        say!(
            "{} checked again, {} with a different result.",
            quantity::count(found.len(), "check"),
            changed
        )
    )
}

/// Writes what changed as JSON.
pub fn regraded_json(out: &mut dyn Write, found: &[Regraded]) -> Result<()> {
    let document = serde_json::json!({ "schema": "dockerlab/regrade/1", "checks": found });
    write!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))?;
    writeln!(out)
}

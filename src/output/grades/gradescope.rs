//! A learner's grade as Gradescope's `results.json` (<https://gradescope-autograders.readthedocs.io/en/latest/specs/>).

use std::io::{Result, Write};

use serde_json::{Value, json};

use super::cell::rounded;
use crate::{
    check::Outcome,
    clean,
    grading::{Gradebook, Row},
    output::verdict_text::verdict_text,
};

/// Writes a learner's results; nothing, and false, where somebody has to look: Gradescope then says that the autograder failed,
/// and gives no points.
pub fn gradescope(out: &mut dyn Write, book: &Gradebook, row: &Row) -> Result<bool> {
    let Some(points) = row.points else { return Ok(false) };
    let mut tests = Vec::new();
    for (task, score) in book.tasks.iter().zip(&row.tasks) {
        for (number, (criterion, one)) in task.criteria.iter().zip(&score.criteria).enumerate() {
            let verdict = row.verdict(&task.id, &criterion.id);
            let is_met = verdict.is_some_and(|verdict| verdict.outcome == Outcome::Pass && !verdict.provisional);
            // What is optional is no failure.
            if !criterion.required && !is_met {
                continue;
            }
            let output = match verdict {
                Some(verdict) => verdict_text(verdict, true),
                None => row
                    .task(&task.id)
                    .and_then(|task| task.reason.clone())
                    .unwrap_or_default(),
            };
            tests.push(json!({
                "score": rounded(one.points.unwrap_or_default()),
                "max_score": rounded(one.of),
                "status": if is_met { "passed" } else { "failed" },
                "name": if is_met { &criterion.says } else { &criterion.name },
                "number": format!("{}.{}", task.id, number + 1),
                "output": output,
                "output_format": "text",
            }));
        }
    }
    let seconds: f64 = row
        .graded
        .iter()
        .flat_map(|graded| graded.tasks.values())
        .map(|task| task.seconds)
        .sum();
    let document: Value = json!({
        "score": rounded(points),
        "execution_time": seconds.ceil(),
        "output": late(row),
        "output_format": "text",
        "tests": tests,
        "extra_data": { "program": book.program, "course-digest": book.course_digest, "engine": book.engine },
    });
    writeln!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))?;
    Ok(true)
}

/// What being late cost, in words.
pub(super) fn late(row: &Row) -> String {
    match row.late {
        Some(late) => say!(
            "{} late: {} % of the points are lost.",
            crate::quantity::count(usize::try_from(late.days).unwrap_or_default(), "day"),
            rounded(late.percent)
        ),
        None => String::new(),
    }
}

//! A learner's grade as `PrairieLearn`'s `results.json` (<https://prairielearn.readthedocs.io/en/latest/externalGrading/#grading-results>).

use std::io::{Result, Write};

use serde_json::json;

use super::{cell::rounded, gradescope::late};
use crate::{
    check::Outcome,
    clean,
    grading::{Gradebook, Row},
    output::verdict_text::verdict_text,
};

/// Bytes of the texts of all tests: the whole file may have 1 MB.
const MOST_TEXT: usize = 400_000;

/// Writes a learner's results. Where somebody has to look, it is not gradable: no points are given or lost.
pub fn prairielearn(out: &mut dyn Write, book: &Gradebook, row: &Row) -> Result<()> {
    let document = match row.points {
        None => json!({
            "gradable": false,
            "format_errors": row.look.iter().take(20).collect::<Vec<_>>(),
            "message": say!("It could not be checked, and costs nothing: somebody has to look."),
        }),
        Some(points) => json!({
            "gradable": true,
            "score": if book.out_of > 0.0 { (points / book.out_of).clamp(0.0, 1.0) } else { 0.0 },
            "message": late(row),
            "tests": tests(book, row),
        }),
    };
    writeln!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))
}

fn tests(book: &Gradebook, row: &Row) -> Vec<serde_json::Value> {
    let mut room = MOST_TEXT;
    let mut tests = Vec::new();
    for (task, score) in book.tasks.iter().zip(&row.tasks) {
        for (criterion, one) in task.criteria.iter().zip(&score.criteria) {
            let verdict = row.verdict(&task.id, &criterion.id);
            let is_met = verdict.is_some_and(|verdict| verdict.outcome == Outcome::Pass && !verdict.provisional);
            if !criterion.required && !is_met {
                continue;
            }
            let output = verdict.map(|verdict| verdict_text(verdict, true)).unwrap_or_default();
            let output = if output.len() <= room { output } else { String::new() };
            room -= output.len();
            tests.push(json!({
                "name": say!("Task {}: {}", task.id, if is_met { &criterion.says } else { &criterion.name }),
                "points": rounded(one.points.unwrap_or_default()),
                "max_points": rounded(one.of),
                "output": output,
            }));
        }
    }
    tests
}

//! Grades as a table for spreadsheets and learning platforms: docs/grade.md describes it.

use std::io::{Error, Result, Write};

use super::cell::number;
use crate::{
    grading::{Gradebook, Row},
    output::flat::flat,
};

/// Writes a row for each learner.
pub fn csv(out: &mut dyn Write, book: &Gradebook) -> Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    let mut headings: Vec<String> = [
        "id",
        "name",
        "email",
        "state",
        "points",
        "out-of",
        "at-least",
        "days-late",
        "late-percent",
    ]
    .map(str::to_owned)
    .to_vec();
    headings.extend(book.tasks.iter().map(|task| format!("task-{}", task.id)));
    headings.push("note".to_owned());
    writer.write_record(&headings).map_err(Error::other)?;
    for row in &book.rows {
        writer.write_record(cells(row, book)).map_err(Error::other)?;
    }
    writer.flush()
}

fn cells(row: &Row, book: &Gradebook) -> Vec<String> {
    let points = |points: Option<f64>| points.map(number).unwrap_or_default();
    let mut cells = vec![
        row.entry.id.clone(),
        words(&row.entry.name),
        words(&row.entry.email),
        row.word().to_owned(),
        points(row.points),
        number(book.out_of),
        number(row.at_least),
        row.late.map(|late| late.days.to_string()).unwrap_or_default(),
        row.late.map(|late| number(late.percent)).unwrap_or_default(),
    ];
    cells.extend(row.tasks.iter().map(|task| points(task.points)));
    cells.push(words(&row.look.join("; ")));
    cells
}

/// A text that no spreadsheet takes for a formula.
fn words(text: &str) -> String {
    let text = flat(text);
    if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text
    }
}

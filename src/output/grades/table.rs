//! Grades as a person reads them.

use std::io::{Result, Write};

use console::measure_text_width;

use super::cell::number;
use crate::{
    grading::{Gradebook, Row},
    output::{flat::flat, style::Style, wrapped},
    quantity,
};

/// The widest that an id is shown.
const WIDEST: usize = 24;

/// Writes a row for each learner, and those below that somebody has to look at.
pub fn table(out: &mut dyn Write, book: &Gradebook, columns: usize, style: Style) -> Result<()> {
    let id = |row: &Row| quantity::shortened(&flat(&row.entry.id), WIDEST);
    let width = book
        .rows
        .iter()
        .map(|row| measure_text_width(&id(row)))
        .max()
        .unwrap_or(0)
        .max(4);
    let pad =
        |text: &str, width: usize| format!("{text}{}", " ".repeat(width.saturating_sub(measure_text_width(text))));
    let tasks: Vec<String> = book.tasks.iter().map(|task| format!("{:>5}", task.id)).collect();
    let head = format!("  {}  {:>6}  {}", pad("ID", width), say!("POINTS"), tasks.join(" "));
    writeln!(out, "{}", style.dim(head.trim_end()))?;
    for row in &book.rows {
        let points = match row.points {
            Some(points) => quantity::point(number(points)),
            None => "?".to_owned(),
        };
        let marks: Vec<String> = row
            .tasks
            .iter()
            .map(|task| match task.points {
                Some(points) => format!("{:>5}", quantity::point(number(points))),
                None => format!("{:>5}", "?"),
            })
            .collect();
        let line = format!("  {}  {points:>6}  {}", pad(&id(row), width), marks.join(" "));
        let line = line.trim_end();
        let line = if row.points.is_none() {
            style.care(line)
        } else {
            line.to_owned()
        };
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    let look: Vec<&Row> = book.rows.iter().filter(|row| row.points.is_none()).collect();
    if !look.is_empty() {
        writeln!(
            out,
            "{}",
            style.head(say!("To look at, because no grade can be given:"))
        )?;
    }
    for row in look {
        let text = format!("{}: {}", flat(&row.entry.id), flat(&row.look.join("; ")));
        writeln!(out, "  {}", wrapped(&text, columns, "    "))?;
    }
    Ok(())
}

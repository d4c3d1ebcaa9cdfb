//! Moodle's grading worksheet, filled: the file that was downloaded, with grades and feedback in their columns and all else as
//! it was. Moodle takes no other (`mod/assign/feedback/offline/importgradeslib.php`).

use std::io::{Error, Result, Write};

use super::cell::number;
use crate::{
    grading::{Gradebook, Row},
    output::flat::flat,
};

/// The columns by what Moodle calls them in English and French.
const IDENTIFIER: [&str; 3] = ["Identifier", "Identifiant", "Numéro d'identification"];
const EMAIL: [&str; 3] = ["Email address", "Adresse de courriel", "Adresse e-mail"];
const GRADE: [&str; 2] = ["Grade", "Note"];
const MOST: [&str; 3] = ["Maximum grade", "Maximum Grade", "Note maximale"];
const FEEDBACK: [&str; 3] = [
    "Feedback comments",
    "Feedback par commentaires",
    "Commentaires de feedback",
];

/// Fills a worksheet; returns how many of the learners it has no line for. A learner that somebody has to look at keeps what
/// the worksheet says.
///
/// # Errors
/// When it is not a worksheet, or it cannot be written.
pub fn moodle(out: &mut dyn Write, worksheet: &str, book: &Gradebook) -> Result<usize> {
    let (mark, text) = match worksheet.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", worksheet),
    };
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let headings = match records.next() {
        Some(headings) => headings.map_err(Error::other)?,
        None => ::csv::StringRecord::new(),
    };
    let place = |names: &[&str]| headings.iter().position(|heading| names.contains(&heading.trim()));
    let (Some(id), Some(grade)) = (place(&IDENTIFIER), place(&GRADE)) else {
        return Err(Error::other(say!(
            "the worksheet has no columns `Identifier` and `Grade`"
        )));
    };
    let (email, most, feedback) = (place(&EMAIL), place(&MOST), place(&FEEDBACK));
    let is_at = |row: &Row, record: &::csv::StringRecord| {
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default().trim();
        let has_email = !row.entry.email.is_empty() && cell(email).eq_ignore_ascii_case(&row.entry.email);
        has_email || is_participant(&row.entry.id, cell(Some(id)))
    };
    out.write_all(mark.as_bytes())?;
    let mut writer = ::csv::WriterBuilder::new().from_writer(out);
    writer.write_record(&headings).map_err(Error::other)?;
    let mut found = vec![false; book.rows.len()];
    for record in records {
        let record = record.map_err(Error::other)?;
        let row = book.rows.iter().position(|row| is_at(row, &record));
        let known = row.and_then(|at| {
            found[at] = true;
            Some((&book.rows[at], book.rows[at].points?))
        });
        let Some((row, points)) = known else {
            writer.write_record(&record).map_err(Error::other)?;
            continue;
        };
        // As the worksheet writes numbers: `100.00`, or `100,00`.
        let has_comma = [Some(grade), most]
            .into_iter()
            .flatten()
            .any(|at| record.get(at).is_some_and(|cell| cell.contains(',')));
        let points = if has_comma {
            number(points).replace('.', ",")
        } else {
            number(points)
        };
        let said = says(row, book);
        let cells = record.iter().enumerate().map(|(at, cell)| match at {
            at if at == grade => points.as_str(),
            at if Some(at) == feedback => said.as_str(),
            _ => cell,
        });
        writer.write_record(cells).map_err(Error::other)?;
    }
    writer.flush()?;
    Ok(found.iter().filter(|found| !**found).count())
}

/// Whether an id is that of a participant: `Participant 123`, `123`, or the folder `Name_123_assignsubmission_file`.
fn is_participant(id: &str, cell: &str) -> bool {
    let number: String = cell.chars().filter(char::is_ascii_digit).collect();
    let in_folder = id
        .split_once("_assignsubmission")
        .and_then(|(before, _)| before.rsplit('_').next());
    !cell.is_empty() && (id == cell || (!number.is_empty() && (id == number || in_folder == Some(number.as_str()))))
}

/// The feedback: a line for each task, and what to do next where it is not passed.
fn says(row: &Row, book: &Gradebook) -> String {
    let tasks = book.tasks.iter().zip(&row.tasks).map(|(task, score)| {
        let points = say!(
            "Task {}: {} of {}",
            task.id,
            number(score.points.unwrap_or_default()),
            number(score.of)
        );
        let failed = row.task(&task.id).and_then(|one| one.verdicts.first_failure());
        match failed {
            Some(verdict) => format!("{points}. {}: {}", verdict.name(), verdict.next),
            None => points,
        }
    });
    let tasks: Vec<String> = tasks.map(|text| flat(&text)).collect();
    // Moodle reads it as HTML.
    tasks
        .iter()
        .map(|text| crate::output::html::text(text))
        .collect::<Vec<_>>()
        .join("<br>")
}

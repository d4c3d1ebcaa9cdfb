//! A learner's report: each task with its points, and for each criterion what was found and what to do next.

use std::io::{Result, Write};

use super::{cell::number, gradescope::late};
use crate::{
    check::{Outcome, Verdict},
    grading::{Gradebook, GradebookTask, Row, TaskScore},
    language::Language,
    output::{
        flat::flat,
        html::{fill, lines, text},
        verdict_text::verdict_text,
    },
    quantity,
};

/// Writes a learner's report as a page that loads nothing.
pub fn report_html(out: &mut dyn Write, book: &Gradebook, row: &Row) -> Result<()> {
    let mut body = format!("<p>{}</p>\n", text(&grade(book, row)));
    for line in remarks(row) {
        body.push_str(&format!("<p class=\"care\">{}</p>\n", text(&line)));
    }
    for (task, score) in book.tasks.iter().zip(&row.tasks) {
        body.push_str(&format!("<h2>{}</h2>\n", text(&heading(task, score))));
        for line in about(book, row, task, score) {
            body.push_str(&format!("<p class=\"soft\">{}</p>\n", text(&line)));
        }
        for verdict in shown(row, task) {
            let (class, word) = word(verdict);
            let told = verdict_text(verdict, true);
            let details: Vec<String> = told
                .lines()
                .map(|line| match line.split_once(": ") {
                    Some((label, rest)) if matches!(verdict.outcome, Outcome::Fail(_)) => {
                        format!("<dt>{}</dt><dd>{}</dd>", text(label), lines(rest))
                    }
                    _ => format!("<dt></dt><dd>{}</dd>", lines(line)),
                })
                .collect();
            let details = details.concat();
            let details = if details.is_empty() {
                details
            } else {
                format!("<dl>{details}</dl>")
            };
            body.push_str(&format!(
                "<div class=\"criterion {class}\"><strong>{}</strong> {}{details}</div>\n",
                text(word),
                text(name(verdict))
            ));
        }
    }
    page(out, &title(book, row), body)
}

/// Writes a page with this body.
pub(super) fn page(out: &mut dyn Write, title: &str, body: String) -> Result<()> {
    let parts = [
        ("LANG", Language::current().code().to_owned()),
        ("TITLE", text(title)),
        ("STYLE", include_str!("../../../templates/grades.css").to_owned()),
        ("BODY", body),
        (
            "FOOT",
            text(say!("Written by dockerlab. This page loads nothing from elsewhere.")),
        ),
    ];
    fill(out, include_str!("../../../templates/report.html"), &parts)
}

/// Writes a learner's report as Markdown.
pub fn report_markdown(out: &mut dyn Write, book: &Gradebook, row: &Row) -> Result<()> {
    writeln!(out, "# {}\n", escaped(&title(book, row)))?;
    writeln!(out, "{}\n", escaped(&grade(book, row)))?;
    for line in remarks(row) {
        writeln!(out, "**{}**\n", escaped(&line))?;
    }
    for (task, score) in book.tasks.iter().zip(&row.tasks) {
        writeln!(out, "## {}\n", escaped(&heading(task, score)))?;
        for line in about(book, row, task, score) {
            writeln!(out, "{}\n", escaped(&line))?;
        }
        for verdict in shown(row, task) {
            writeln!(out, "- **{}** {}", word(verdict).1, escaped(name(verdict)))?;
            for line in verdict_text(verdict, true).lines() {
                writeln!(out, "  - {}", escaped(line))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// A text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for c in flat(text).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&'
        ) {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}

fn title(book: &Gradebook, row: &Row) -> String {
    format!("{}: {}", row.called(), book.course)
}

fn grade(book: &Gradebook, row: &Row) -> String {
    match row.points {
        Some(points) => say!("{} of {} points", quantity::point(number(points)), number(book.out_of)),
        None => say!(
            "No grade yet: somebody has to look. {} of {} points are certain.",
            quantity::point(number(row.at_least)),
            number(book.out_of)
        ),
    }
}

fn remarks(row: &Row) -> Vec<String> {
    let mut remarks = row.look.clone();
    if row.late.is_some() {
        remarks.push(late(row));
    }
    let put_back = row
        .graded
        .as_ref()
        .map(|graded| graded.put_back.join(", "))
        .unwrap_or_default();
    if !put_back.is_empty() {
        remarks.push(say!("These files were checked as the course has them: {put_back}."; put_back));
    }
    remarks
}

fn heading(task: &GradebookTask, score: &TaskScore) -> String {
    let points = score
        .points
        .map_or_else(|| "?".to_owned(), |points| quantity::point(number(points)));
    let of = quantity::point(number(score.of));
    say!("Task {}  {}: {points} of {of}", task.id, task.title; points, of)
}

/// What is known of a task beside its criteria: why it was not checked, and its size beside those of the class.
fn about(book: &Gradebook, row: &Row, task: &GradebookTask, score: &TaskScore) -> Vec<String> {
    let one = row.task(&task.id);
    let mut about: Vec<String> = one.and_then(|one| one.reason.clone()).into_iter().collect();
    if about.is_empty() && row.look.is_empty() {
        about.extend(score.why.clone());
    }
    if let (Some(size), Some(median)) = (one.and_then(|one| one.image_size), book.median_size(&task.id)) {
        about.push(say!(
            "The image has {}. The median of the class is {}.",
            quantity::size(size),
            quantity::size(median)
        ));
    }
    about
}

/// The verdicts that a learner reads: those on what is only remarked on where there is something to say.
fn shown<'a>(row: &'a Row, task: &GradebookTask) -> impl Iterator<Item = &'a Verdict> {
    let verdicts = row.task(&task.id).map_or(&[][..], |one| one.verdicts.0.as_slice());
    verdicts
        .iter()
        .filter(|verdict| verdict.is_required() || matches!(verdict.outcome, Outcome::Fail(_)))
}

fn name(verdict: &Verdict) -> &str {
    match verdict.outcome {
        Outcome::Pass => &verdict.says,
        _ => verdict.name(),
    }
}

fn word(verdict: &Verdict) -> (&'static str, &'static str) {
    match &verdict.outcome {
        Outcome::Pass if verdict.provisional => ("unknown", say!("PASS so far")),
        Outcome::Pass => ("met", say!("PASS")),
        Outcome::Fail(_) if verdict.optional => ("", say!("OPTIONAL")),
        Outcome::Fail(_) if verdict.remark => ("unknown", say!("REMARK")),
        Outcome::Fail(_) => ("unmet", say!("FAIL")),
        Outcome::Skipped { .. } => ("", say!("SKIP")),
        Outcome::CannotCheck { .. } => ("unknown", say!("CANNOT CHECK")),
    }
}

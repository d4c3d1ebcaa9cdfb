//! Reports to text: one file a format. Nothing here decides anything, and everything is written to a writer that is
//! given.

mod build_steps;
mod check;
mod check_github;
mod check_junit;
mod check_sarif;
mod coached;
mod code;
mod course;
mod diagnosis;
mod difference;
mod error_json;
mod flat;
mod format;
mod grades;
mod guided;
mod html;
mod inspect;
mod json;
mod junit;
mod layers;
mod lint;
mod markdown;
mod parse_report;
mod proof;
mod regrade;
mod sarif;
mod status;
mod structure;
mod style;
mod verdict_text;
mod xml;

pub use build_steps::BuildSteps;
pub use check::{CheckFormat, CheckReport, OpenedFiles, checked};
pub use check_github::checked_github;
pub use check_junit::checked_junit;
pub use check_sarif::checked_sarif;
pub use coached::coached;
pub use course::{
    AddedCourse, CourseReport, CourseSummary, course_checked, course_checked_json, courses, courses_json,
};
pub use diagnosis::{Diagnosis, State, Topic, diagnosed, diagnoses};
pub use difference::{difference, patch};
pub use error_json::error_json;
pub use format::Format;
pub use grades::{
    Identity, class_page, classroom50, csv as grades_csv, gradescope, json as grades_json, junit as grades_junit,
    moodle, prairielearn, report_html, report_markdown, table as grades_table,
};
pub use guided::{Guided, guided_page, scrolled};
pub use inspect::{
    InspectFormat, Inspected, PAGE_MARK, compared, compared_json, inspected, inspected_json, like_dive,
    page as inspected_page, ruled,
};
pub use json::checks as checks_json;
pub use layers::layers;
pub use lint::{
    FORMATS as LINT_FORMATS, Format as LintFormat, LintedFile, Taught, annotated as lint_annotated, explained,
    format as lint_format, listed as rules_listed,
};
pub use markdown::render as markdown;
pub use parse_report::{ParseFormat, parsed, parsed_json, tokens_json};
pub use proof::{ProofReport, proved, proved_json, proved_statically};
pub use regrade::{Regraded, regraded, regraded_json};
pub use status::{StatusLine, record_was_edited, standing, status, status_json};
pub use structure::{StructureFormat, StructureReport, TestedFile, structure_json, structure_junit, structure_text};
pub use style::Style;

use std::io::{Result, Write};

use crate::error::Error;

/// An error: what, why, and the way out.
pub fn error(out: &mut dyn Write, error: &Error, style: Style) -> Result<()> {
    // A line of theirs does not look like one of ours.
    let inset = |text: &str| text.replace('\n', "\n    ");
    writeln!(out, "{} {}", style.fail(say!("error:")), inset(error.message()))?;
    for cause in error.causes() {
        writeln!(out, "  {} {}", style.dim(say!("cause:")), inset(cause))?;
    }
    if let Some(help) = error.help_text() {
        writeln!(out, "{} {help}", style.good(say!("help:")))?;
    }
    Ok(())
}

/// Whether a line may be broken here: at blanks, but for those that hold two words together.
fn breaks(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')
}

/// Wraps a text at blanks to so many columns, and puts `indent` before every line but the first.
///
/// Not textwrap's: our texts are styled, so that a word's width is not its length, and runs of blanks count as one.
pub(crate) fn wrapped(text: &str, columns: usize, indent: &str) -> String {
    let room = columns.saturating_sub(console::measure_text_width(indent)).max(20);
    let mut out = String::new();
    let mut used = 0;
    for word in text.split(breaks).filter(|word| !word.is_empty()) {
        let width = console::measure_text_width(word);
        if used > 0 && used + 1 + width > room {
            out.push('\n');
            out.push_str(indent);
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width;
    }
    out
}

//! What `dockerlab course check` found in a course's files.

use std::io::{Result, Write};

use serde::Serialize;

use crate::{
    clean,
    course::{Course, Mistake},
    output::{style::Style, wrapped},
    quantity,
};

/// A course that can be read.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CourseSummary {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// The SHA-256 of its files, `sha256:…`.
    pub digest: String,
    /// The ids of its tasks, in order.
    pub tasks: Vec<String>,
    /// How many criteria they have in all.
    pub criteria: usize,
}

impl CourseSummary {
    /// That of a course.
    pub fn of(course: &Course) -> Self {
        Self {
            id: course.id.clone(),
            version: course.version.clone(),
            title: course.title.clone(),
            digest: course.digest.clone(),
            tasks: course.ids().into_iter().map(str::to_owned).collect(),
            criteria: course.tasks.iter().map(|task| task.criteria.len()).sum(),
        }
    }
}

/// A course that was added.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AddedCourse {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// The SHA-256 of its files, `sha256:…`.
    pub digest: String,
    /// Where it comes from, as it was typed.
    pub origin: String,
    /// When it was added or updated, RFC 3339.
    pub at: String,
}

/// Writes the courses that are built in and those that were added.
pub fn courses(out: &mut dyn Write, built_in: &[Course], added: &[AddedCourse], columns: usize) -> Result<()> {
    let mut row = |id: &str, version: &str, title: &str, from: &str| {
        writeln!(out, "{id}  {version}")?;
        writeln!(out, "  {}", wrapped(title, columns, "  "))?;
        writeln!(out, "  {}", wrapped(from, columns, "  "))
    };
    for course in built_in {
        row(&course.id, &course.version, &course.title, say!("built in"))?;
    }
    for course in added {
        row(&course.id, &course.version, &course.title, &course.origin)?;
    }
    Ok(())
}

/// Writes them as JSON.
pub fn courses_json(out: &mut dyn Write, built_in: &[Course], added: &[AddedCourse]) -> Result<()> {
    let document = serde_json::json!({
        "schema": "dockerlab/courses/1",
        "built-in": built_in.iter().map(CourseSummary::of).collect::<Vec<_>>(),
        "added": added,
    });
    write!(out, "{}", clean::json(&format!("{document:#}\n")))
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CourseReport {
    /// The course; none where a mistake keeps it from being read.
    pub course: Option<CourseSummary>,
    /// Every mistake.
    pub mistakes: Vec<Mistake>,
    /// Criteria without a wrong answer of their own: "serve: port".
    pub unproved: Vec<String>,
}

/// Writes a mistake a line, as editors and terminals find files and lines in them, and what it comes to.
pub fn course_checked(out: &mut dyn Write, report: &CourseReport, columns: usize, style: Style) -> Result<()> {
    for mistake in &report.mistakes {
        let message = mistake.to_string();
        writeln!(out, "{}", wrapped(&message, columns, "    "))?;
    }
    match &report.course {
        Some(course) if report.mistakes.is_empty() => {
            writeln!(
                out,
                "{}",
                wrapped(
                    &say!(
                        "{}, version {}: {} with {}, no mistakes.",
                        course.id,
                        course.version,
                        quantity::count(course.tasks.len(), "task"),
                        quantity::count(course.criteria, "criterion")
                    ),
                    columns,
                    ""
                )
            )?;
        }
        _ => writeln!(
            out,
            "{}",
            style.fail(say!(
                "The course has {}.",
                quantity::count(report.mistakes.len(), "mistake")
            ))
        )?,
    }
    if !report.unproved.is_empty() {
        writeln!(
            out,
            "{}",
            style.care(say!("No wrong answer in `proofs` breaks these criteria alone:"))
        )?;
        for criterion in &report.unproved {
            writeln!(out, "  {criterion}")?;
        }
        writeln!(
            out,
            "{}",
            wrapped(
                say!("Add one for each, or say why there is none with `no-lone-proof`."),
                columns,
                ""
            )
        )?;
    }
    Ok(())
}

/// Writes it as JSON.
pub fn course_checked_json(out: &mut dyn Write, report: &CourseReport) -> Result<()> {
    let mut document = serde_json::to_value(report)?;
    document["schema"] = "dockerlab/course-check/1".into();
    write!(out, "{}", clean::json(&format!("{document:#}\n")))
}

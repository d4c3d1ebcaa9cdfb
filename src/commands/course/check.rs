//! `dockerlab course check`: every mistake in a course's files, and what it still lacks.

use std::collections::BTreeSet;

use crate::{
    commands::Invocation,
    course::{Course, Mistake, load},
    disk::{CourseSource, proofs_from},
    error::Error,
    exit::ExitStatus,
    judging::courses,
    language::Language,
    output::{self, CourseReport, Format, Style},
    proof, terminal,
};

/// Find every mistake in a course's files
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exits with 1 when there are mistakes. Nothing is built; `dockerlab course prove` does that.\n\nExamples:\n  dockerlab course check\n  dockerlab --course lessons course check --format json"
)]
pub(super) struct Check {
    /// Format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn run(invocation: &Invocation, source: &CourseSource, args: &Check) -> Result<ExitStatus, Error> {
    let files = courses::files(source, &invocation.settings)?;
    let (course, mut mistakes) = match load(&files, Language::current()) {
        Ok(course) => (Some(course), Vec::new()),
        Err(mistakes) => (None, mistakes),
    };
    let mut unproved = Vec::new();
    if let Some(folder) = source.folder() {
        let proofs = folder.join("proofs");
        let read = if proofs.is_dir() {
            proofs_from(&proofs)?
        } else {
            Vec::new()
        };
        match proof::read(read) {
            Err(wrong) => mistakes.extend(wrong.into_iter().map(|told| match told.split_once(": ") {
                Some((path, message)) => proofs_mistake(&format!("proofs/{path}"), message.to_owned()),
                None => proofs_mistake("proofs", told),
            })),
            Ok(answers) => {
                if let Some(course) = &course {
                    mistakes.extend(strays(course, &answers));
                    unproved = without_proof(course, &answers);
                }
            }
        }
    }
    let report = CourseReport {
        course: course.map(|course| output::CourseSummary::of(&course)),
        mistakes,
        unproved,
    };
    let settings = &invocation.settings;
    let mut out = terminal::stdout();
    match args.format {
        Format::Human => output::course_checked(&mut out, &report, settings.columns, Style::new(settings.colour_out))?,
        Format::Json => output::course_checked_json(&mut out, &report)?,
    }
    Ok(if report.mistakes.is_empty() {
        ExitStatus::Done
    } else {
        ExitStatus::NotPassed
    })
}

fn proofs_mistake(file: &str, message: String) -> Mistake {
    Mistake {
        file: file.to_owned(),
        line: None,
        column: None,
        message,
    }
}

/// Answers to what the course does not ask.
fn strays(course: &Course, answers: &[proof::Answer]) -> Vec<Mistake> {
    let ids: BTreeSet<&str> = answers.iter().map(|answer| answer.task.as_str()).collect();
    let tasks = ids.into_iter().filter(|id| course.task(id).is_none());
    let mut mistakes: Vec<Mistake> = tasks
        .map(|id| proofs_mistake(&format!("proofs/{id}"), say!("the course has no task `{id}`"; id)))
        .collect();
    for answer in answers {
        let (Some(task), proof::Awaited::Fail(criteria)) = (course.task(&answer.task), &answer.awaited) else {
            continue;
        };
        for id in criteria.iter().filter(|id| task.criterion(id).is_none()) {
            let file = format!("proofs/{}/{}", answer.task, answer.name);
            mistakes.push(proofs_mistake(&file, say!("the task has no criterion `{id}`"; id)));
        }
    }
    mistakes
}

/// The criteria that no wrong answer is named after, and that give no reason: "serve: port".
fn without_proof(course: &Course, answers: &[proof::Answer]) -> Vec<String> {
    let mut missing = Vec::new();
    for task in &course.tasks {
        for criterion in &task.criteria {
            let is_proved = answers
                .iter()
                .any(|answer| answer.task == task.id && answer.breaks_alone(&criterion.id));
            if !is_proved && criterion.no_lone_proof.is_none() {
                missing.push(format!("{}: {}", task.id, criterion.id));
            }
        }
    }
    missing
}

//! `dockerlab check`: build, look, judge, say.

use std::{io::Write, path::PathBuf};

use crate::{
    course::Task,
    disk, dockerfile,
    error::Error,
    exit::ExitStatus,
    judging::{Lab, attempt},
    output::{self, CheckFormat as Format},
};

/// Build a task's image and check it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab check            the task you are at\n  dockerlab check 3-2\n  dockerlab check all --format json\n  dockerlab check begun --format github  in a workflow: annotations\n  dockerlab check 1 --static  without an engine: provisional"
)]
pub struct Args {
    /// The task, or `all`, or `begun` for each task whose Dockerfile you changed (default: the one you are at)
    task: Option<String>,
    /// Check only the files, without an engine
    #[arg(long = "static")]
    statically: bool,
    /// Format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also write the verdict as JSON to this file
    #[arg(long, value_name = "FILE")]
    save_json: Option<PathBuf>,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let is_there = |task: &Task| {
        let name = task.dockerfile.as_ref();
        name.is_some_and(|name| !matches!(workspace.read(name), Ok(None)))
    };
    // A file that is still the one before it, or the first task's without an instruction, is not begun.
    let is_begun = |task: &&Task| {
        let read = |task: &Task| Some(workspace.read(task.dockerfile.as_ref()?).ok()??.text);
        let from = task.from.as_ref();
        let before = from.and_then(|from| lab.course.task(from)).and_then(read);
        let passed = from.and_then(|from| progress.passed_dockerfile(from));
        read(task).is_none_or(|text| {
            Some(&text) != before.as_ref()
                && Some(text.as_str()) != passed
                && !dockerfile::parse(&text).instructions.is_empty()
        }) && is_there(task)
    };
    let tasks: Vec<Task> = match args.task.as_deref() {
        Some("all") => lab.course.tasks.clone(),
        Some("begun") => lab.course.tasks.iter().filter(is_begun).cloned().collect(),
        named => vec![lab.task(named, &progress)?.clone()],
    };
    if tasks.is_empty() {
        return Err(Error::usage(say!("no task is begun")).help(say!("run `dockerlab start`, and change a Dockerfile")));
    }
    let all = tasks.len() > 1;
    let is_document = matches!(args.format, Format::Json | Format::Junit | Format::Sarif);
    let (mut reports, mut not_begun) = (Vec::new(), Vec::new());
    let mut status = ExitStatus::Done;
    for task in &tasks {
        // With `all`, a task that has not been begun is told and not an error.
        if all && task.dockerfile.is_some() && !is_there(task) {
            lab.say(&say!(
                "Task {}: `{}` does not exist yet.",
                task.id,
                task.dockerfile.as_deref().unwrap_or_default()
            ));
            status = worse(status, ExitStatus::NotPassed);
            not_begun.push(task.id.as_str());
            continue;
        }
        let (report, ended) = attempt::check(lab, &workspace, task, args.statically, is_document)?;
        status = worse(status, ended);
        let mut out = lab.out();
        match args.format {
            Format::Human => {
                output::checked(&mut out, &report, lab.settings.columns, lab.style())?;
                if all {
                    writeln!(out)?;
                }
            }
            Format::Github => output::checked_github(&mut out, &report)?,
            // One document, when all are judged.
            Format::Json | Format::Junit | Format::Sarif => {}
        }
        out.flush()?;
        reports.push(report);
    }
    match args.format {
        Format::Json => output::checks_json(&mut lab.out(), &reports, &not_begun)?,
        Format::Junit => output::checked_junit(&mut lab.out(), &reports, &not_begun)?,
        Format::Sarif => output::checked_sarif(&mut lab.out(), &reports)?,
        Format::Human | Format::Github => {}
    }
    if let Some(file) = &args.save_json {
        let mut text = Vec::new();
        output::checks_json(&mut text, &reports, &not_begun)?;
        disk::write_named(
            &lab.settings.folder.join(file),
            &text,
            &[b"\"schema\": \"dockerlab/check/1\""],
        )?;
    }
    Ok(status)
}

/// What several outcomes come to: an engine's failure is told before a verdict is.
fn worse(a: ExitStatus, b: ExitStatus) -> ExitStatus {
    let rank = |status| match status {
        ExitStatus::Done => 0,
        ExitStatus::NotPassed => 1,
        _ => 2,
    };
    if rank(b) > rank(a) { b } else { a }
}

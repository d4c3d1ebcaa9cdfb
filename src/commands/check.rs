//! `dockerlab check`: build, look, judge, say.

use std::io::Write;

use clap::ValueEnum;

use crate::{
    course::Task,
    error::Error,
    exit::ExitStatus,
    judging::{Lab, attempt},
    output,
};

/// Build a task's image and judge it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab check            the task you are at\n  dockerlab check 3-2\n  dockerlab check all --format json\n  dockerlab check 1 --static  without an engine: provisional"
)]
pub struct Args {
    /// The task, or `all` (default: the one you are at)
    task: Option<String>,
    /// Judge from the files alone, without an engine
    #[arg(long = "static")]
    statically: bool,
    /// How the verdict is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// How a verdict is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Human,
    /// For programs; docs/check-json.md describes it
    Json,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let tasks: Vec<Task> = match args.task.as_deref() {
        Some("all") => lab.course.tasks.clone(),
        named => vec![lab.task(named, &progress)?.clone()],
    };
    let all = tasks.len() > 1;
    let (mut reports, mut not_begun) = (Vec::new(), Vec::new());
    let mut status = ExitStatus::Done;
    for task in &tasks {
        // With `all`, a task that has not been begun is told and not an error.
        if all
            && task
                .dockerfile
                .as_ref()
                .is_some_and(|name| matches!(workspace.read(name), Ok(None)))
        {
            lab.say(&say!(
                "Task {}: there is no `{}` yet.",
                task.id,
                task.dockerfile.as_deref().unwrap_or_default()
            ));
            status = worse(status, ExitStatus::NotPassed);
            not_begun.push(task.id.as_str());
            continue;
        }
        let (report, ended) = attempt::check(lab, &workspace, task, args.statically, args.format == Format::Json)?;
        status = worse(status, ended);
        if args.format == Format::Human {
            let mut out = lab.out();
            output::checked(&mut out, &report, lab.settings.columns, lab.style())?;
            if all {
                writeln!(out)?;
            }
            out.flush()?;
        }
        reports.push(report);
    }
    if args.format == Format::Json {
        output::checks_json(&mut lab.out(), &reports, &not_begun)?;
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

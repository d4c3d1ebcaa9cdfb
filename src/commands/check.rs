//! `dockerlab check`: build, look, judge, say.

use std::{io::Write, time::Instant};

use clap::ValueEnum;

use crate::{
    check::judge,
    commands::{gather::gather, lab::Lab},
    course::Task,
    disk::Workspace,
    error::Error,
    exit::ExitStatus,
    output::{self, CheckReport},
    progress::{Attempt, Standing},
    terminal::BuildView,
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
pub fn run(lab: &mut Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let tasks: Vec<Task> = match args.task.as_deref() {
        Some("all") => lab.course.tasks.clone(),
        named => vec![lab.task(named, &progress)?.clone()],
    };
    let all = tasks.len() > 1;
    let mut reports = Vec::new();
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
            continue;
        }
        let (report, ended) = one(lab, &workspace, task, args.statically, args.format == Format::Json)?;
        status = worse(status, ended);
        if args.format == Format::Human {
            let mut out = std::io::stdout().lock();
            output::checked(&mut out, &report, lab.settings.columns, lab.style())?;
            if all {
                writeln!(out)?;
            }
            out.flush()?;
        }
        reports.push(report);
    }
    if args.format == Format::Json {
        output::checks_json(&mut std::io::stdout().lock(), &reports)?;
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

/// Judges one task, keeps what came of it, and lays the next task's scaffold after a pass.
pub(super) fn one(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    statically: bool,
    quiet: bool,
) -> Result<(CheckReport, ExitStatus), Error> {
    let settings = &lab.settings;
    let view = BuildView::new(settings.can_redraw, quiet, settings.colour_err, settings.columns);
    let (report, status, failed) = one_viewed(lab, workspace, task, statically, view)?;
    if let Some(error) = &failed {
        let style = output::Style::new(settings.colour_err);
        output::error(&mut std::io::stderr(), error, style).ok();
    }
    Ok((report, status))
}

/// Judges one task, as [`one`] does, with a view of the caller's; an engine's failure is told beside the verdict.
pub(super) fn one_viewed(
    lab: &Lab,
    workspace: &Workspace,
    task: &Task,
    statically: bool,
    mut view: BuildView,
) -> Result<(CheckReport, ExitStatus, Option<Error>), Error> {
    let started = Instant::now();
    let before = lab.progress(workspace)?;
    let (evidence, failed) = gather(lab, workspace, task, &before, statically, &mut view)?;
    let failed = failed.map(|error| super::doctor::explained(lab, error));
    drop(view);
    let verdicts = judge(&task.criteria, &evidence);
    let without_engine = match (&failed, statically) {
        (_, true) => Some("--static".to_owned()),
        (Some(error), _) => Some(error.to_string()),
        (None, false) => None,
    };
    let seconds = started.elapsed().as_secs_f64();
    let at = lab.now();
    let full = without_engine.is_none();
    let image_size = evidence.image.known().map(|image| image.size);
    let dockerfile = evidence.dockerfile.as_ref().map(|source| source.text.clone());
    let was_done = lab
        .course
        .ids()
        .iter()
        .all(|id| before.standing(id) == Standing::Passed);
    if full {
        workspace.keep_evidence(&evidence, &at)?;
    }
    let ((), progress) = lab.change(workspace, |progress| {
        for sighting in evidence.sightings.iter().cloned() {
            progress.sight(&task.id, sighting);
        }
        if full && verdicts.is_attempt() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positive and small"
            )]
            let whole = seconds as u64;
            progress.record(
                &task.id,
                Attempt::new(at, whole, &verdicts, image_size, dockerfile.as_deref()),
            );
        }
    })?;
    let scaffolded = if verdicts.passed() {
        scaffold(lab, workspace, &progress)?
    } else {
        Vec::new()
    };
    let ids = lab.course.ids();
    let done = ids.iter().all(|id| progress.standing(id) == Standing::Passed);
    let status = match &failed {
        _ if verdicts.failed() => ExitStatus::NotPassed,
        None if statically || verdicts.passed() => ExitStatus::Done,
        _ => ExitStatus::Engine,
    };
    let report = CheckReport {
        task: task.id.clone(),
        title: task.title.clone(),
        image: task.image.clone(),
        verdicts,
        without_engine,
        coached: evidence
            .build
            .known()
            .and_then(|_| super::gather::coached(workspace, task)),
        advice: crate::check::advice(&task.teaches, &evidence),
        evidence,
        seconds,
        learned: task.learned.clone(),
        scaffolded,
        next_task: progress.current(&ids).map(str::to_owned),
        farewell: (done && !was_done).then(|| lab.course.farewell.clone()),
    };
    Ok((report, status, failed))
}

/// Lays the Dockerfiles of tasks whose forerunner is passed, where they are missing.
pub(super) fn scaffold(
    lab: &Lab,
    workspace: &Workspace,
    progress: &crate::progress::Progress,
) -> Result<Vec<String>, Error> {
    let mut laid = Vec::new();
    for task in &lab.course.tasks {
        if let (Some(name), Some(from)) = (&task.dockerfile, &task.from)
            && let Some(text) = progress.passed_dockerfile(from)
        {
            laid.extend(workspace.lay([(name.as_str(), text)])?.added);
        }
    }
    Ok(laid)
}

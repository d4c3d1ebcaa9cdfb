//! `dockerlab status`: where the learner is.

use crate::{
    error::Error,
    exit::ExitStatus,
    judging::Lab,
    output::{self, Format, StatusLine},
    progress::{Progress, Standing, TaskProgress},
};

/// Show your progress: tasks, attempts, hints, image sizes
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab status\n  dockerlab status --format json")]
pub struct Args {
    /// Format of the output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let lines = lines(lab, &progress);
    let mut out = lab.out();
    match args.format {
        Format::Human => {
            output::status(&mut out, &lines, lab.style())?;
            if progress.edited {
                output::record_was_edited(&mut out, lab.style())?;
            }
        }
        Format::Json => output::status_json(&mut out, &lines, progress.edited)?,
    }
    Ok(ExitStatus::Done)
}

/// A line a task.
pub(super) fn lines(lab: &Lab, progress: &Progress) -> Vec<StatusLine> {
    lab.course
        .tasks
        .iter()
        .map(|task| {
            let known = progress.tasks.get(&task.id);
            StatusLine {
                task: task.id.clone(),
                title: task.title.clone(),
                standing: match progress.standing(&task.id) {
                    Standing::Open => "open",
                    Standing::Tried => "tried",
                    Standing::Passed => "passed",
                },
                attempts: known.map_or(0, |known| known.attempts.len()),
                seconds: known.and_then(worked),
                gave_up: known.is_some_and(|known| !known.gave_up.is_empty()),
                hints: known.map_or(0, |known| known.hints.values().sum()),
                image_size: known.and_then(|known| known.attempts.iter().rev().find_map(|attempt| attempt.image_size)),
            }
        })
        .collect()
}

/// Seconds from the first attempt to the first pass, or to the last attempt.
fn worked(task: &TaskProgress) -> Option<u64> {
    let first = task.attempts.first()?;
    let last = task
        .attempts
        .iter()
        .find(|attempt| attempt.passed)
        .or(task.attempts.last())?;
    let at = |text: &str| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
    let from_to = at(&last.at)?.checked_sub(at(&first.at)?)?;
    Some(u64::try_from(from_to).ok()? + first.seconds)
}

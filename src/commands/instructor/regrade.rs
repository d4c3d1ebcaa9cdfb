//! `dockerlab instructor regrade`: kept evidence, judged by today's criteria.

use std::io::Write;

use crate::{
    check::judge,
    course::Task,
    error::Error,
    exit::ExitStatus,
    judging::Lab,
    output::{self, Format, Regraded},
};

/// Check the evidence of earlier checks against today's criteria, without building, and show what changed
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab instructor regrade\n  dockerlab instructor regrade 3-2 --last")]
pub(super) struct Regrade {
    /// Only this task
    task: Option<String>,
    /// Only the last check of each task
    #[arg(long)]
    last: bool,
    /// Format of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// Runs the command.
pub(super) fn run(lab: &Lab, args: &Regrade) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let tasks: Vec<&Task> = match &args.task {
        Some(id) => vec![lab.task(Some(id), &progress)?],
        None => lab.course.tasks.iter().collect(),
    };
    let mut found = Vec::new();
    for task in tasks {
        let (mut kept, unreadable) = workspace.evidence(&task.id)?;
        if args.last {
            kept = kept.split_off(kept.len().saturating_sub(1));
        }
        let attempts = progress
            .tasks
            .get(&task.id)
            .map(|task| task.attempts.as_slice())
            .unwrap_or_default();
        for (at, evidence) in kept {
            let then = attempts.iter().find(|attempt| stamp(&attempt.at) == at);
            found.push(Regraded::new(&task.id, &at, then, &judge(&task.criteria, &evidence)));
        }
        if unreadable > 0 {
            lab.say(&say!("Task {}: skipped evidence that could not be read: {unreadable}.", task.id; unreadable));
        }
    }
    let mut out = lab.out();
    match args.format {
        Format::Human => output::regraded(&mut out, &found, lab.settings.columns, lab.style())?,
        Format::Json => output::regraded_json(&mut out, &found)?,
    }
    out.flush()?;
    Ok(ExitStatus::Done)
}

fn stamp(at: &str) -> String {
    at.chars().filter(char::is_ascii_alphanumeric).collect()
}

//! `dockerlab read`: the lesson.

use std::io::Write;

use crate::{commands::scrolled, error::Error, exit::ExitStatus, judging::Lab, output, progress::Progress};

/// Read a task's lesson
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab read      the task you are at\n  dockerlab read 2    another one")]
pub struct Args {
    /// The task (default: the one you are at)
    pub(super) task: Option<String>,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    // A lesson may be read anywhere; only the task that one is at needs a workspace.
    let progress = match lab.workspace() {
        Ok(workspace) => lab.progress(&workspace)?,
        Err(_) => Progress::new(String::new()),
    };
    let task = lab.task(args.task.as_deref(), &progress)?;
    if lab.settings.has_page() {
        let text = output::markdown(&task.lesson, lab.settings.columns, lab.style());
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        // What fits is left on the terminal, as a pager would.
        if lines.len() + 2 > lab.settings.rows {
            return scrolled::page(lab, &say!("Task {}  {}", task.id, task.title), lines).map(|()| ExitStatus::Done);
        }
    }
    let mut out = lab.out();
    if lab.settings.out_is_terminal && lab.settings.can_redraw {
        out.write_all(output::markdown(&task.lesson, lab.settings.columns, lab.style()).as_bytes())?;
    } else {
        out.write_all(task.lesson.as_bytes())?;
    }
    out.flush()?;
    Ok(ExitStatus::Done)
}

//! `dockerlab hint`: one step further.

use std::io::Write;

use crate::{
    check::Criterion,
    course::Task,
    disk::Workspace,
    error::Error,
    exit::ExitStatus,
    judging::Lab,
    output,
    progress::{Progress, Standing},
};

/// Show the next hint for the last failure
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab hint            for the first criterion that failed last\n  dockerlab hint 2          in task 2\n  dockerlab hint 2 --all    all of them, after you pass"
)]
pub struct Args {
    /// The task (default: the one that you checked last, if it failed, or the one you are at)
    pub(super) task: Option<String>,
    /// All hints of the task, and the reason for each criterion (after you pass)
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    // A task that the course no longer has is no place to be stuck at.
    let stuck = progress.stuck_at().filter(|id| lab.course.task(id).is_some());
    let task = lab.task(args.task.as_deref().or(stuck), &progress)?;
    let style = lab.style();
    let mut out = lab.out();
    if args.all {
        return all(&mut out, lab, task, &progress);
    }
    if progress.standing(&task.id) == Standing::Open {
        writeln!(
            out,
            "{}",
            say!(
                "Nothing has been checked yet. Run {} first: hints are about what fails.",
                style.code(format!("dockerlab check {}", task.id))
            )
        )?;
        return Ok(ExitStatus::Done);
    }
    let Some(criterion) = progress.failed_last(&task.id).and_then(|id| task.criterion(id)) else {
        writeln!(
            out,
            "{}",
            say!(
                "Nothing failed in your last check of task {}, so there is no hint to give.",
                task.id
            )
        )?;
        return Ok(ExitStatus::Done);
    };
    let text = next(lab, &workspace, task, criterion)?;
    let name = criterion.name();
    writeln!(
        out,
        "{}",
        style.dim(output::wrapped(
            &say!("for: {name}"; name),
            lab.settings.columns,
            "     "
        ))
    )?;
    writeln!(out, "{}", output::wrapped(&text, lab.settings.columns, "  "))?;
    Ok(ExitStatus::Done)
}

/// Every hint of a task that is passed.
fn all(out: &mut dyn Write, lab: &Lab, task: &Task, progress: &Progress) -> Result<ExitStatus, Error> {
    if progress.standing(&task.id) != Standing::Passed {
        return Err(Error::usage(say!("you have not passed task {} yet", task.id))
            .help(say!("until you pass, hints come one at a time: leave out --all")));
    }
    let (style, columns) = (lab.style(), lab.settings.columns);
    for criterion in &task.criteria {
        writeln!(out, "{}", style.head(output::wrapped(&criterion.says, columns, "")))?;
        writeln!(out, "  {}", output::wrapped(&criterion.why, columns, "  "))?;
        for (index, hint) in criterion.hints.iter().enumerate() {
            writeln!(out, "  {}. {}", index + 1, output::wrapped(hint, columns, "     "))?;
        }
        writeln!(out)?;
    }
    Ok(ExitStatus::Done)
}

/// The next hint of a criterion, "hint 2 of 3: …", which is written down as shown; the last one again after it.
pub(super) fn next(lab: &Lab, workspace: &Workspace, task: &Task, criterion: &Criterion) -> Result<String, Error> {
    let of = criterion.hints.len();
    let (index, _) = lab.change(workspace, |progress| progress.next_hint(&task.id, &criterion.id, of))?;
    let hint = criterion.hints.get(index).map_or("", String::as_str);
    let last = if index + 1 == of {
        say!(" (This was the last hint for this criterion.)")
    } else {
        ""
    };
    Ok(say!("hint {} of {of}: {hint}{last}", index + 1; of, hint, last))
}

//! `dockerlab course preview`: lesson and page as a learner sees them.

use std::io::Write;

use crate::{
    commands::start,
    course::Task,
    disk::Scratch,
    error::Error,
    exit::ExitStatus,
    judging::Lab,
    output::{self, wrapped},
    progress::Progress,
};

/// See a course as a learner does: its page, in a folder that goes away again
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without a terminal it prints each lesson with its criteria and hints.\n\nExamples:\n  dockerlab course preview\n  dockerlab course preview serve | less"
)]
pub(super) struct Preview {
    /// The task (default: the first; all of them without a terminal)
    task: Option<String>,
}

pub(super) fn run(lab: &Lab, args: &Preview) -> Result<ExitStatus, Error> {
    if let Some(id) = &args.task {
        lab.task(Some(id), &Progress::new(String::new()))?;
    }
    if lab.settings.has_page() {
        let scratch = Scratch::new()?;
        // A folder of its own in there: made as a learner's is.
        let folder = scratch.workspace().root().join(&lab.course.id);
        return start::open(lab, &folder, args.task.as_deref(), false, false);
    }
    let wanted = |task: &&Task| args.task.as_ref().is_none_or(|id| *id == task.id);
    for task in lab.course.tasks.iter().filter(wanted) {
        shown(lab, task)?;
    }
    Ok(ExitStatus::Done)
}

fn shown(lab: &Lab, task: &Task) -> Result<(), Error> {
    let (style, columns) = (lab.style(), lab.settings.columns);
    let mut out = lab.out();
    writeln!(out, "{}", style.head(say!("Task {}: {}", task.id, task.title)))?;
    writeln!(out, "{}\n", wrapped(&task.summary, columns, ""))?;
    out.write_all(output::markdown(&task.lesson, columns, style).as_bytes())?;
    writeln!(out)?;
    for criterion in &task.criteria {
        let mark = if criterion.hidden {
            say!(" (hidden at first)")
        } else {
            ""
        };
        writeln!(out, "{}", style.head(format!("{}{mark}", criterion.says)))?;
        for (name, text) in [(say!("why"), &criterion.why), (say!("next"), &criterion.next)] {
            writeln!(out, "  {name}: {}", wrapped(text, columns, "    "))?;
        }
        for (index, hint) in criterion.hints.iter().enumerate() {
            writeln!(
                out,
                "  {} {}",
                say!("hint {}:", index + 1),
                wrapped(hint, columns, "    ")
            )?;
        }
    }
    writeln!(out, "\n{}\n", wrapped(&task.learned, columns, ""))?;
    Ok(())
}

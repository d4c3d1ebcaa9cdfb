//! `dockerlab` without a command: where one is, and how to go on.

use std::io::Write;

use crate::{disk::Workspace, error::Error, exit::ExitStatus, judging::Lab, output, progress::Standing};

/// Says where the learner is in the workspace that this folder is in. In a clone of a workspace it says how to open it;
/// elsewhere it shows `help`, as a program does that was called without what it needs.
pub(super) fn run(lab: &Lab, help: impl FnOnce() -> String) -> Result<ExitStatus, Error> {
    let Ok(workspace) = Workspace::find(&lab.settings.folder) else {
        if lab.is_clone() {
            let mut out = lab.out();
            writeln!(
                out,
                "{}",
                say!("This folder is a copy of a dockerlab workspace, without its progress.")
            )?;
            line(
                &mut out,
                lab,
                "dockerlab start .",
                say!("open it; your files stay as they are"),
            )?;
            return Ok(ExitStatus::Done);
        }
        write!(lab.err(), "{}", help())?;
        return Ok(ExitStatus::Usage);
    };
    let progress = lab.progress(&workspace)?;
    let ids = lab.course.ids();
    let passed = ids
        .iter()
        .filter(|id| progress.standing(id) == Standing::Passed)
        .count();
    let style = lab.style();
    let mut out = lab.out();
    writeln!(out, "{}", style.head(&lab.course.title))?;
    writeln!(
        out,
        "{}",
        style.dim(say!(
            "{passed} of {} tasks passed, in {}",
            ids.len(),
            workspace.root().display();
            passed
        ))
    )?;
    writeln!(out)?;
    match progress.current(&ids).and_then(|id| lab.course.task(id)) {
        Some(task) => {
            writeln!(out, "{}", say!("You are at task {}, {}.", task.id, task.title))?;
            let file = task.dockerfile.as_deref();
            line(
                &mut out,
                lab,
                "dockerlab start",
                say!("the lesson, and a check on every save"),
            )?;
            line(&mut out, lab, "dockerlab read", say!("the lesson"))?;
            match file {
                Some(file) => line(&mut out, lab, "dockerlab check", &say!("build and check {file}"; file))?,
                None => line(&mut out, lab, "dockerlab check", say!("check what you did"))?,
            }
            line(&mut out, lab, "dockerlab hint", say!("the next hint"))?;
        }
        None => writeln!(out, "{}", say!("You have passed every task."))?,
    }
    line(&mut out, lab, "dockerlab status", say!("your progress"))?;
    line(&mut out, lab, "dockerlab --help", say!("all commands"))?;
    Ok(ExitStatus::Done)
}

fn line(out: &mut dyn Write, lab: &Lab, command: &str, what: &str) -> Result<(), Error> {
    let style = lab.style();
    let pad = " ".repeat(20usize.saturating_sub(command.len()));
    let text = output::wrapped(what, lab.settings.columns, &" ".repeat(22));
    writeln!(out, "  {}{pad}{text}", style.code(command))?;
    Ok(())
}

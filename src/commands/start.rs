//! `dockerlab start`: make or resume a workspace, and on a terminal stay in it.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    commands::guided,
    course::built_in,
    disk::Workspace,
    error::Error,
    exit::ExitStatus,
    judging::{Lab, attempt, courses},
    output, quantity,
    release::Release,
};

/// Create a workspace, or continue in one
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab start my-course   create the folder and its files\n  dockerlab start             continue here\n  dockerlab start my-course --course ./course   a course of your own\n\nExisting files are never overwritten."
)]
pub struct Args {
    /// The folder (default: this one)
    dir: Option<PathBuf>,
    /// Build only when you press c, not on every save
    #[arg(long)]
    manual: bool,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let folder = match &args.dir {
        Some(dir) => lab.settings.folder.join(dir),
        // Inside a workspace, it is that one that is gone on with.
        None => Workspace::find(&lab.settings.folder)
            .map_or(lab.settings.folder.clone(), |found| found.root().to_path_buf()),
    };
    let recorded = match Workspace::at(&folder) {
        Some(workspace) => workspace.course()?,
        None => None,
    };
    let first = !Workspace::is_at(&folder);
    let status = match recorded {
        Some(record) if !lab.is_named && record.source != lab.source => {
            open(&lab.with_course_from(record.source)?, &folder, None, args.manual, true)?
        }
        _ => open(lab, &folder, None, args.manual, true)?,
    };
    if args.dir.is_some() && first && !lab.settings.has_page() {
        writeln!(
            lab.out(),
            "{}",
            say!(
                "Run the commands inside that folder: {}",
                lab.style().code(say!("cd {}", folder.display()))
            )
        )?;
    }
    Ok(status)
}

/// Makes or opens the workspace in a folder, for the lab's course. On a terminal it stays on a task's page: the one named,
/// or the one that the learner is at. `is_kept` is whether the folder stays, so that it can be opened again.
pub(super) fn open(
    lab: &Lab,
    folder: &Path,
    task: Option<&str>,
    by_hand: bool,
    is_kept: bool,
) -> Result<ExitStatus, Error> {
    let before = Workspace::at(folder);
    let mut recorded = None;
    if let Some(workspace) = &before {
        recorded = courses::accept(workspace, &lab.course)?;
        let is_older = recorded.is_none() && workspace.progress(&lab.stamp())?.is_saved;
        if is_older && lab.is_named && lab.course.id != built_in::DEFAULT {
            return Err(courses::refused(built_in::DEFAULT, &lab.course));
        }
    }
    let first = before.is_none();
    let workspace = Workspace::make(folder)?;
    // A damaged state is reported before any file is added.
    lab.progress(&workspace)?;
    let record = courses::record(&lab.source, &lab.course, &lab.settings)?;
    let updated = recorded.filter(|before| before.version != record.version);
    workspace.set_course(&record)?;
    let files = lab.course.workspace_files(Release::of_program().as_ref());
    let laid = workspace.lay(files.iter().map(|file| (file.path.as_str(), &*file.bytes)))?;
    let ((), progress) = lab.change(&workspace, |_| {})?;
    let opened = attempt::scaffold(lab, &workspace, &progress)?;
    let style = lab.style();
    let mut out = lab.out();
    if first {
        writeln!(out, "{}\n", style.head(&lab.course.title))?;
        for paragraph in lab.course.welcome.trim().split("\n\n") {
            writeln!(out, "{}\n", output::wrapped(paragraph, lab.settings.columns, ""))?;
        }
    }
    if let Some(before) = updated {
        writeln!(
            out,
            "{}",
            say!(
                "The course is now version {}; it was version {}.",
                record.version,
                before.version
            )
        )?;
    }
    let added = laid.added.len() + if first { opened.added.len() } else { 0 };
    if added > 0 {
        writeln!(
            out,
            "{}",
            say!(
                "Added {} to {}.",
                quantity::count(added, "file"),
                workspace.root().display()
            )
        )?;
    }
    for name in &opened.copies {
        writeln!(
            out,
            "{}",
            say!("Added {name}, a copy of the Dockerfile of the task before."; name)
        )?;
    }
    if let Some(added) = opened.told().filter(|_| !first) {
        writeln!(out, "{}", say!("Added for the task that is open: {added}."; added))?;
    }
    if !laid.left_alone.is_empty() && first {
        writeln!(
            out,
            "{}",
            say!("Already there, and left alone: {}.", laid.left_alone.join(", "))
        )?;
    }
    if lab.settings.has_page() {
        out.flush()?;
        let status = guided::run(lab, &workspace, task, by_hand)?;
        if is_kept {
            guided::left(lab, &workspace)?;
        }
        return Ok(status);
    }
    let ids = lab.course.ids();
    match progress.current(&ids) {
        Some(id) => {
            let title = lab.course.task(id).map_or("", |task| task.title.as_str());
            writeln!(
                out,
                "{}",
                say!("You are at task {id}, {title}: {}", style.code(format!("dockerlab read {id}")); id, title)
            )?;
        }
        None => writeln!(out, "{}", say!("You have passed every task."))?,
    }
    Ok(ExitStatus::Done)
}

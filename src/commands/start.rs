//! `dockerlab start`: make or resume a workspace, and on a terminal stay in it.

use std::{io::Write, path::PathBuf};

use crate::{
    commands::guided,
    course::workspace_files,
    disk::Workspace,
    error::Error,
    exit::ExitStatus,
    judging::{Lab, attempt},
    language::Language,
    output, quantity,
    release::Release,
};

/// Create a workspace, or continue in one
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab start my-course   create the folder and its files\n  dockerlab start             continue here\n\nExisting files are never overwritten."
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
    let first = !Workspace::is_at(&folder);
    let workspace = Workspace::make(&folder)?;
    // A damaged state is reported before any file is added.
    lab.progress(&workspace)?;
    let files = workspace_files(Language::current(), Release::of_program().as_ref());
    let laid = workspace.lay(files.iter().map(|(name, text)| (name.as_str(), text.as_ref())))?;
    let ((), progress) = lab.change(&workspace, |_| {})?;
    let scaffolded = attempt::scaffold(lab, &workspace, &progress)?;
    let style = lab.style();
    let mut out = lab.out();
    if first {
        writeln!(out, "{}\n", style.head(&lab.course.title))?;
        for paragraph in lab.course.welcome.trim().split("\n\n") {
            writeln!(out, "{}\n", output::wrapped(paragraph, lab.settings.columns, ""))?;
        }
    }
    if !laid.added.is_empty() {
        writeln!(
            out,
            "{}",
            say!(
                "Added {} to {}.",
                quantity::count(laid.added.len(), "file"),
                workspace.root().display()
            )
        )?;
    }
    for name in scaffolded {
        writeln!(
            out,
            "{}",
            say!("Added {name}, a copy of the Dockerfile of the task before."; name)
        )?;
    }
    if !laid.left_alone.is_empty() && first {
        writeln!(
            out,
            "{}",
            say!("Already there, and left alone: {}.", laid.left_alone.join(", "))
        )?;
    }
    if lab.settings.can_ask && lab.settings.can_redraw && lab.settings.out_is_terminal {
        out.flush()?;
        return guided::run(lab, &workspace, None, args.manual);
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
    if args.dir.is_some() && first {
        writeln!(
            out,
            "{}",
            say!(
                "Run the commands inside that folder: {}",
                style.code(say!("cd {}", folder.display()))
            )
        )?;
    }
    Ok(ExitStatus::Done)
}

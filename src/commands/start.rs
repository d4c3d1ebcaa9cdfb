//! `dockerlab start`: make or resume a workspace, and on a terminal stay in it.

use std::{io::Write, path::PathBuf};

use crate::{
    commands::{check, hint, lab::Lab, read, status},
    course::workspace_files,
    disk::Workspace,
    error::Error,
    exit::ExitStatus,
    output,
    progress::Standing,
    terminal::{self, Asked},
    words,
};

/// Make a workspace, or go on in one
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab start my-course   makes the folder and lays the files in it\n  dockerlab start             goes on here\n\nNothing that is there already is overwritten."
)]
pub struct Args {
    /// The folder (default: this one)
    dir: Option<PathBuf>,
}

/// Runs the command.
pub fn run(lab: &mut Lab, args: &Args) -> Result<ExitStatus, Error> {
    let folder = match &args.dir {
        Some(dir) => lab.settings.folder.join(dir),
        // Inside a workspace, it is that one that is gone on with.
        None => Workspace::find(&lab.settings.folder)
            .map_or(lab.settings.folder.clone(), |found| found.root().to_path_buf()),
    };
    let first = !Workspace::is_at(&folder);
    let workspace = Workspace::make(&folder)?;
    // A damaged state is told before anything is laid.
    lab.progress(&workspace)?;
    let files = workspace_files();
    let laid = workspace.lay(files.iter().map(|(name, text)| (name.as_str(), *text)))?;
    let ((), progress) = lab.change(&workspace, |_| {})?;
    let scaffolded = check::scaffold(lab, &workspace, &progress)?;
    lab.settings.folder = workspace.root().to_path_buf();
    let style = lab.style();
    let mut out = std::io::stdout();
    if first {
        writeln!(out, "{}\n", style.head(&lab.course.title))?;
        for paragraph in lab.course.welcome.trim().split("\n\n") {
            writeln!(out, "{}\n", output::wrapped(paragraph, lab.settings.columns, ""))?;
        }
    }
    if !laid.added.is_empty() {
        writeln!(
            out,
            "Added {} to {}.",
            words::count(laid.added.len(), "file"),
            workspace.root().display()
        )?;
    }
    for name in scaffolded {
        writeln!(out, "Added {name}, copied from the task before it.")?;
    }
    if !laid.left_alone.is_empty() && first {
        writeln!(
            out,
            "Left alone, as they were there already: {}.",
            laid.left_alone.join(", ")
        )?;
    }
    if lab.settings.can_ask {
        return stay(lab, &workspace);
    }
    let ids = lab.course.ids();
    match progress.current(&ids) {
        Some(id) => {
            let title = lab.course.task(id).map_or("", |task| task.title.as_str());
            writeln!(
                out,
                "You are at task {id}, {title}: {}",
                style.code(format!("dockerlab read {id}"))
            )?;
        }
        None => writeln!(out, "Every task is passed.")?,
    }
    if args.dir.is_some() && first {
        writeln!(
            out,
            "The commands work inside that folder: {}",
            style.code(format!("cd {}", folder.display()))
        )?;
    }
    Ok(ExitStatus::Done)
}

/// Asks what to do next until the learner leaves.
fn stay(lab: &mut Lab, workspace: &Workspace) -> Result<ExitStatus, Error> {
    let mut last = 0;
    loop {
        let progress = lab.progress(workspace)?;
        let ids = lab.course.ids();
        let id = progress.current(&ids).map(str::to_owned);
        let done = ids
            .iter()
            .filter(|id| progress.standing(id) == Standing::Passed)
            .count();
        let of = ids.len();
        let question = match id.as_deref().and_then(|id| lab.course.task(id)) {
            Some(task) => {
                let file = task
                    .dockerfile
                    .as_deref()
                    .map_or(String::new(), |name| format!(", your file {name}"));
                format!("Task {} {} ({done} of {of} passed{file}):", task.id, task.title)
            }
            None => format!("All {of} tasks are passed:"),
        };
        let choices = [
            "Read the lesson",
            "Check my work",
            "Give me a hint",
            "Show where I am",
            "Leave",
        ];
        let options: Vec<String> = choices.iter().map(|choice| (*choice).to_owned()).collect();
        let chosen = match terminal::choose(&question, &options, last)? {
            Asked::Answer(chosen) => chosen,
            Asked::Left => break,
        };
        if chosen == 4 {
            break;
        }
        // After reading comes checking; after a failed check another one.
        last = usize::from(chosen != 3);
        let done = match chosen {
            0 => read::run(lab, &read::Args { task: id }),
            1 => check::run(lab, &check::Args::of(id)),
            2 => hint::run(lab, &hint::Args { task: id }),
            _ => status::run(lab, &status::Args::default()),
        };
        match done {
            Ok(_) => {}
            Err(error) if error.kind() == crate::error::Kind::Interrupted => {
                lab.interrupt.answered();
                lab.say("Stopped.");
            }
            Err(error) => {
                let style = output::Style::new(lab.settings.colour_err);
                output::error(&mut std::io::stderr(), &error, style)?;
            }
        }
        writeln!(std::io::stdout())?;
    }
    writeln!(
        std::io::stdout(),
        "Your work is saved. {} goes on here.",
        lab.style().code("dockerlab start")
    )?;
    Ok(ExitStatus::Done)
}

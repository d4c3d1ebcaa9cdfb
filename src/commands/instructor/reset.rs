//! `dockerlab instructor reset`: back to the beginning, with a backup.

use std::io::Write;

use crate::{
    course::{Task, workspace_files},
    disk::Workspace,
    engine::port::WORKSPACE_LABEL,
    error::Error,
    exit::ExitStatus,
    judging::{Lab, attempt, short},
    language::Language,
};

/// Put a task, or all of them, back to the beginning; what is replaced is backed up
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab instructor reset 2\n  dockerlab instructor reset --all --yes")]
pub(super) struct Reset {
    /// The task
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    task: Option<String>,
    /// All tasks
    #[arg(long)]
    all: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(lab: &Lab, args: &Reset) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let tasks: Vec<&Task> = match &args.task {
        Some(id) => vec![lab.task(Some(id), &progress)?],
        None => lab.course.tasks.iter().collect(),
    };
    let what = match &args.task {
        Some(id) => say!("task {id}"; id),
        None => say!("all tasks").to_owned(),
    };
    if !args.yes {
        if !lab.settings.can_ask {
            return Err(
                Error::usage(say!("{what} would be reset"; what)).help(say!("say --yes to do it without being asked"))
            );
        }
        if !lab.edges.terminal.confirm(
            &say!("Reset {what}?"; what),
            say!("Dockerfiles and progress are moved to .dockerlab/backup"),
        )? {
            lab.say(say!("Nothing was changed."));
            return Ok(ExitStatus::Done);
        }
    }
    let mut out = lab.out();
    for line in put_back(lab, &workspace, &tasks)? {
        writeln!(out, "{line}")?;
    }
    match remove_containers(lab, &workspace, &progress.workspace) {
        Ok(removed) => {
            for id in removed {
                writeln!(out, "{}", say!("Removed the container {}.", short(&id)))?;
            }
        }
        Err(error) => lab.say(&say!("The engine was not asked for containers to remove: {error}."; error)),
    }
    writeln!(out, "{}", say!("Reset {what}."; what))?;
    Ok(ExitStatus::Done)
}

/// Moves the tasks' files and progress to the backup and lays their scaffolds; says what lies where.
pub(super) fn put_back(lab: &Lab, workspace: &Workspace, tasks: &[&Task]) -> Result<Vec<String>, Error> {
    let stamp = lab.stamp();
    let mut told = Vec::new();
    if let Some(kept) = workspace.back_up_state(&stamp)? {
        told.push(say!("The progress until now lies in {}.", kept.display()));
    }
    for task in tasks {
        if let Some(name) = &task.dockerfile
            && let Some(kept) = workspace.back_up(name, &stamp)?
        {
            told.push(say!("{name} lies in {}.", kept.display(); name));
        }
    }
    let ((), progress) = lab.change(workspace, |progress| {
        for task in tasks {
            progress.forget(&task.id);
        }
    })?;
    let files = workspace_files(Language::current());
    let own: Vec<&str> = tasks.iter().filter_map(|task| task.dockerfile.as_deref()).collect();
    let scaffolds = files.iter().filter(|(name, _)| own.contains(&name.as_str()));
    workspace.lay(scaffolds.map(|(name, text)| (name.as_str(), *text)))?;
    for name in attempt::scaffold(lab, workspace, &progress)? {
        told.push(say!("{name} is copied from the task before it again."; name));
    }
    Ok(told)
}

fn remove_containers(lab: &Lab, _: &Workspace, id: &str) -> Result<Vec<String>, Error> {
    let engine = lab.engine()?;
    let mut removed = Vec::new();
    for container in engine.labelled(WORKSPACE_LABEL, Some(id))? {
        engine.remove_container(&container.id)?;
        removed.push(container.id);
    }
    Ok(removed)
}

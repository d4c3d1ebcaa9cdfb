//! `dockerlab instructor reset`: back to the beginning, with a backup.

use std::io::Write;

use crate::{
    course::Task,
    disk::Workspace,
    error::Error,
    exit::ExitStatus,
    judging::{
        Lab, attempt,
        leftovers::{self, Fate},
        short,
    },
};

/// Reset a task, or all of them, to the starting point; replaced files are backed up
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
            return Err(Error::usage(say!("{what} would be reset"; what)).help(say!("use --yes to skip the question")));
        }
        if !lab.edges.terminal.confirm(
            &say!("Reset {what}?"; what),
            say!("your Dockerfiles and progress are moved to .dockerlab/backup"),
        )? {
            lab.say(say!("Nothing was changed."));
            return Ok(ExitStatus::Done);
        }
    }
    let mut out = lab.out();
    for line in put_back(lab, &workspace, &tasks)? {
        writeln!(out, "{line}")?;
    }
    match remove_containers(lab, &workspace) {
        Ok(told) => {
            for line in told {
                writeln!(out, "{line}")?;
            }
        }
        Err(error) => {
            lab.say(&say!("Containers were not removed, because the engine could not be asked: {error}."; error));
        }
    }
    writeln!(out, "{}", say!("Reset {what}."; what))?;
    Ok(ExitStatus::Done)
}

/// Copies the tasks' files and progress to the backup and puts their scaffolds in their place, all of it or nothing;
/// says where the copies are.
pub(super) fn put_back(lab: &Lab, workspace: &Workspace, tasks: &[&Task]) -> Result<Vec<String>, Error> {
    let forgotten: Vec<String> = tasks.iter().map(|task| task.id.clone()).collect();
    let mut progress = lab.progress(workspace)?;
    for task in &forgotten {
        progress.forget(task);
    }
    let text = |task: &Task| {
        let passed = || progress.passed_dockerfile(task.from.as_deref()?).map(str::to_owned);
        task.starter.clone().or_else(passed)
    };
    let files = tasks
        .iter()
        .filter_map(|task| {
            let name = task.dockerfile.as_deref()?;
            Some((name.to_owned(), text(task)))
        })
        .collect();
    let kept = lab.reset(workspace, forgotten, files)?;
    let mut told = Vec::new();
    if let Some(kept) = kept.state {
        told.push(say!("Your progress so far is in {}.", kept.display()));
    }
    for (name, kept) in kept.files {
        told.push(say!("{name} is in {}.", kept.display(); name));
    }
    for name in attempt::scaffold(lab, workspace, &progress)?.copies {
        told.push(say!("{name} is again a copy of the Dockerfile of the task before."; name));
    }
    Ok(told)
}

/// Removes what runs that died left on the engine; says so, and of each container that stays why.
fn remove_containers(lab: &Lab, workspace: &Workspace) -> Result<Vec<String>, Error> {
    let engine = lab.engine()?;
    let progress = lab.progress(workspace)?;
    let mut told = Vec::new();
    for (container, fate) in leftovers::of_workspace(engine, workspace, &lab.place(workspace), &progress)? {
        let id = short(&container.id);
        told.push(match fate {
            Fate::Dead => {
                engine.remove_container(&container.id)?;
                say!("Removed the container {id}."; id)
            }
            Fate::Alive => say!("The container {id} stays: a command in this workspace is using it."; id),
            Fate::Unknown => say!("The container {id} stays: it may be in use in a copy of this workspace. `dockerlab clean` removes it."; id),
        });
    }
    Ok(told)
}

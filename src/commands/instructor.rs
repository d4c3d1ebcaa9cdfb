//! `dockerlab instructor`: what teaching needs.

use std::io::Write;

use clap::Subcommand;

use crate::{
    check::criteria,
    commands::lab::{Lab, short},
    course::{Task, workspace_files},
    disk::Workspace,
    engine::port::{Engine, WORKSPACE_LABEL},
    error::Error,
    exit::ExitStatus,
    output, terminal,
};

/// For instructors: reset tasks, list the kinds of criteria
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Reset(Reset),
    Kinds(Kinds),
}

/// Put a task, or all of them, back to the beginning; what is replaced is backed up
#[derive(Debug, clap::Args)]
struct Reset {
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

/// List the kinds of criteria that a task.toml can use
#[derive(Debug, clap::Args)]
struct Kinds {
    /// Show the page of one kind
    kind: Option<String>,
}

/// Runs the command.
pub fn run(lab: &mut Lab, args: &Args) -> Result<ExitStatus, Error> {
    match &args.command {
        Verb::Reset(args) => reset(lab, args),
        Verb::Kinds(args) => kinds(lab, args),
    }
}

fn reset(lab: &Lab, args: &Reset) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let tasks: Vec<&Task> = match &args.task {
        Some(id) => vec![lab.task(Some(id), &progress)?],
        None => lab.course.tasks.iter().collect(),
    };
    let what = match &args.task {
        Some(id) => format!("task {id}"),
        None => "all tasks".to_owned(),
    };
    if !args.yes {
        if !lab.settings.can_ask {
            return Err(Error::usage(format!("{what} would be reset")).help("say --yes to do it without being asked"));
        }
        if !terminal::confirm(
            &format!("Reset {what}?"),
            "Dockerfiles and progress are moved to .dockerlab/backup",
        )? {
            lab.say("Nothing was changed.");
            return Ok(ExitStatus::Done);
        }
    }
    let stamp = lab.stamp();
    let mut out = std::io::stdout().lock();
    if let Some(kept) = workspace.back_up_state(&stamp)? {
        writeln!(out, "The progress until now lies in {}.", kept.display())?;
    }
    for task in &tasks {
        if let Some(name) = &task.dockerfile
            && let Some(kept) = workspace.back_up(name, &stamp)?
        {
            writeln!(out, "{name} lies in {}.", kept.display())?;
        }
    }
    let ((), progress) = lab.change(&workspace, |progress| {
        for task in &tasks {
            progress.forget(&task.id);
        }
    })?;
    let files = workspace_files();
    let own: Vec<&str> = tasks.iter().filter_map(|task| task.dockerfile.as_deref()).collect();
    let scaffolds = files.iter().filter(|(name, _)| own.contains(&name.as_str()));
    workspace.lay(scaffolds.map(|(name, text)| (name.as_str(), *text)))?;
    for name in super::check::scaffold(lab, &workspace, &progress)? {
        writeln!(out, "{name} is copied from the task before it again.")?;
    }
    match remove_containers(lab, &workspace, &progress.workspace) {
        Ok(removed) => {
            for id in removed {
                writeln!(out, "Removed the container {}.", short(&id))?;
            }
        }
        Err(error) => lab.say(&format!("The engine was not asked for containers to remove: {error}.")),
    }
    writeln!(out, "Reset {what}.")?;
    Ok(ExitStatus::Done)
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

fn kinds(lab: &Lab, args: &Kinds) -> Result<ExitStatus, Error> {
    let mut out = std::io::stdout().lock();
    match &args.kind {
        None => {
            for (name, page) in criteria::PAGES {
                let first = page
                    .lines()
                    .skip(1)
                    .find(|line| !line.trim().is_empty())
                    .unwrap_or_default();
                writeln!(out, "{name:<18} {first}")?;
            }
        }
        Some(kind) => {
            let Some((_, page)) = criteria::PAGES.iter().find(|(name, _)| name == kind) else {
                let names: Vec<&str> = criteria::PAGES.iter().map(|(name, _)| *name).collect();
                return Err(Error::usage(format!("there is no kind `{kind}`"))
                    .help(format!("the kinds are {}", names.join(", "))));
            };
            if lab.settings.out_is_terminal && lab.settings.can_redraw {
                out.write_all(output::markdown(page, lab.settings.columns, lab.style()).as_bytes())?;
            } else {
                out.write_all(page.as_bytes())?;
            }
        }
    }
    Ok(ExitStatus::Done)
}

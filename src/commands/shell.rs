//! `dockerlab shell`: a terminal in a container of the learner's image.

use crate::{
    check::Probes,
    engine::port::{MEMORY, RunOrder},
    error::Error,
    exit::ExitStatus,
    judging::Lab,
};

/// Open a terminal in a new container of a task's image
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab shell 3-2\n  dockerlab shell 3-2 -- python3\n\nWhen you leave the container (exit, or Ctrl-D), it is removed with everything you created in it."
)]
pub struct Args {
    /// The task (default: the one you are at)
    task: Option<String>,
    /// The program to run
    #[arg(last = true, default_value = "/bin/bash")]
    command: Vec<String>,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(args.task.as_deref(), &progress)?;
    if !lab.settings.can_ask {
        return Err(Error::usage(say!("a shell needs a terminal"))
            .help(say!("`docker run --rm {} COMMAND` runs a single command", task.image)));
    }
    let image = lab.needed(&workspace, task)?.id;
    let (_running, labels) = lab.begin_run(&workspace, &task.id)?;
    // What is seen counts for every task that looks at this image's containers.
    let about_it: Vec<(String, Probes)> = lab
        .course
        .tasks
        .iter()
        .filter(|other| other.image == task.image)
        .map(|other| (other.id.clone(), other.probes()))
        .filter(|(_, probes)| probes.containers)
        .collect();
    let files = about_it
        .iter()
        .flat_map(|(_, probes)| probes.container_files.clone())
        .collect();
    let order = RunOrder {
        image: &image,
        cmd: Some(&args.command),
        publish: None,
        labels: &labels,
        memory: MEMORY,
        files: &files,
    };
    let engine = lab.engine()?;
    lab.say(&say!("A new container of {}. Leave it with `exit`.", task.image));
    let ended = {
        let (_raw, io) = lab.edges.terminal.hand_over()?;
        engine.shell(&order, io)
    }?;
    let mut seen = ended.container.sighting();
    seen.running = false;
    workspace.locate(&mut seen);
    lab.change(&workspace, |progress| {
        for (id, _) in &about_it {
            progress.sight(id, seen.clone());
        }
    })?;
    lab.say(say!("The container is gone, with everything in it."));
    Ok(if ended.exit_code == 0 {
        ExitStatus::Done
    } else {
        ExitStatus::NotPassed
    })
}

//! `dockerlab run`: a container of the learner's image, in the foreground.

use std::{collections::BTreeSet, io::Write};

use crate::{
    engine::port::{MEMORY, RunEvent, RunOrder},
    error::Error,
    exit::ExitStatus,
    judging::Lab,
};

/// Run a container of a task's image; Ctrl-C stops and removes it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab run 1\n  dockerlab run 1 --port 8001\n\nThis runs `docker run --rm --publish 127.0.0.1:8000:8000 IMAGE`."
)]
pub struct Args {
    /// The task (default: the one you are at)
    task: Option<String>,
    /// Port on this machine (0: any free port)
    #[arg(short, long, default_value_t = 8000)]
    port: u16,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(args.task.as_deref(), &progress)?;
    let image = lab.needed(&workspace, task)?.id;
    let (_running, labels) = lab.begin_run(&workspace, &task.id)?;
    let order = RunOrder {
        image: &image,
        cmd: None,
        publish: Some((task.port, args.port)),
        labels: &labels,
        memory: MEMORY,
        files: &BTreeSet::new(),
    };
    let mut out = lab.out();
    let ended = lab.engine()?.run_attached(&order, &mut |event| match event {
        RunEvent::Started { address, .. } => {
            let address = address.unwrap_or_else(|| format!("127.0.0.1:{}", args.port));
            lab.say(&say!("{} is running at http://{address} (stop it with Ctrl-C)", task.image; address));
        }
        RunEvent::Line(line) => {
            writeln!(out, "{line}").ok();
        }
        RunEvent::Stopping => lab.say(say!("Stopping the container.")),
    })?;
    lab.interrupt.answered();
    match ended {
        None => {
            lab.say(say!("Stopped and removed."));
            Ok(ExitStatus::Interrupted)
        }
        Some(0) => Ok(ExitStatus::Done),
        Some(code) => {
            lab.say(&say!("The container exited with code {code}."; code));
            Ok(ExitStatus::NotPassed)
        }
    }
}

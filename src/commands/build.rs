//! `dockerlab build`: a task's image, tagged as the course names it.

use std::io::Write;

use crate::{
    commands::{gather, lab::Lab},
    course::Task,
    engine::port::Engine,
    error::Error,
    exit::ExitStatus,
    output,
    terminal::BuildView,
    words,
};

/// Build a task's image
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  dockerlab build 3-2\n\nIt is `docker build --tag IMAGE --file DOCKERFILE .`.")]
pub struct Args {
    /// The task (default: the one you are at)
    task: Option<String>,
    /// Do not use earlier results
    #[arg(long)]
    no_cache: bool,
}

/// Runs the command.
pub fn run(lab: &mut Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(args.task.as_deref(), &progress)?;
    let Some(source) = gather::dockerfile_of(&workspace, task)? else {
        return Err(
            Error::usage(say!("task {} builds no image", task.id)).help(say!("it looks at the one of task 3-2"))
        );
    };
    let settings = &lab.settings;
    let mut view = BuildView::new(settings.can_redraw, false, settings.colour_err, settings.columns);
    let built = gather::build(lab, &workspace, task, &source, args.no_cache, &mut view)?;
    drop(view);
    let style = lab.style();
    let mut out = std::io::stdout().lock();
    if let Some(coached) = gather::coached(&workspace, task) {
        output::coached(&mut out, &coached, settings.columns, style)?;
    }
    if let Some(failure) = &built.failure {
        for line in &failure.log {
            writeln!(out, "  {}", style.dim(line))?;
        }
        writeln!(out, "{} {}", style.fail(say!("The build failed:")), failure.message)?;
        return Ok(ExitStatus::NotPassed);
    }
    let size = lab.engine()?.image(&task.image)?.map_or(0, |image| image.size);
    writeln!(
        out,
        "{}",
        say!(
            "Built {} in {}: {}.",
            style.code(&task.image),
            words::seconds(built.seconds),
            words::size(size)
        )
    )?;
    Ok(ExitStatus::Done)
}

/// The image of a task that has to be on the engine.
pub(super) fn needed(lab: &Lab, task: &Task) -> Result<String, Error> {
    match lab.engine()?.image(&task.image)? {
        Some(image) => Ok(image.id),
        None => {
            let id = task.image_of.as_deref().unwrap_or(&task.id);
            Err(Error::usage(say!("there is no image `{}` yet", task.image))
                .help(say!("`dockerlab build {id}` makes it"; id)))
        }
    }
}

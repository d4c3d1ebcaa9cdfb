//! `dockerlab build`: a task's image, tagged as the course names it.

use std::io::Write;

use crate::{
    check::failed_build,
    dockerfile,
    error::Error,
    exit::ExitStatus,
    judging::{
        Lab, attempt,
        gather::{self, About},
    },
    output, quantity,
};

/// Build a task's image
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  dockerlab build 3-2\n\nThis runs `docker build --tag IMAGE --file DOCKERFILE .`.")]
pub struct Args {
    /// The task (default: the one you are at)
    task: Option<String>,
    /// Do not use the build cache
    #[arg(long)]
    no_cache: bool,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    let workspace = lab.workspace()?;
    let progress = lab.progress(&workspace)?;
    let task = lab.task(args.task.as_deref(), &progress)?;
    let Some(source) = gather::dockerfile_of(&workspace, task)? else {
        return Err(
            Error::usage(say!("task {} has no image to build", task.id)).help(say!("it uses the image of task 3-2"))
        );
    };
    let mut view = lab.build_view(false);
    let about = About {
        engine: lab.engine()?,
        builder: lab.builder(),
        workspace: &workspace,
        task,
        course: &lab.course,
        labels: &[],
        cache: None,
        at: &lab.now(),
    };
    let built = gather::build(&about, &source, args.no_cache, &mut attempt::shown_on(&mut view))?;
    drop(view);
    let style = lab.style();
    let mut out = lab.out();
    if let Some(coached) = gather::coached(&workspace, task) {
        output::coached(&mut out, &coached, lab.settings.columns, style)?;
    }
    if let Some(failure) = &built.failure {
        let cause = failed_build::cause(failure, &dockerfile::parse(&source.text));
        let lines = cause.as_ref().map(|cause| cause.lines.clone());
        for line in lines.unwrap_or_else(|| failed_build::reported(&failure.log)) {
            writeln!(out, "  {}", style.dim(line))?;
        }
        writeln!(out, "{} {}", style.fail(say!("The build failed:")), failure.message)?;
        if let Some(cause) = cause {
            writeln!(out, "{}", say!("The cause: {}. {}", cause.found, cause.next))?;
        }
        if let Some(log) = &failure.whole_log {
            writeln!(out, "{}", style.dim(say!("The whole log: {log}"; log)))?;
        }
        return Ok(ExitStatus::NotPassed);
    }
    let image = match &built.image_id {
        Some(id) => lab.engine()?.image(id)?,
        None => None,
    };
    let size = image.map_or(0, |image| image.size);
    writeln!(
        out,
        "{}",
        say!(
            "Built {} in {}: {}.",
            style.code(&task.image),
            quantity::seconds(built.seconds),
            quantity::size(size)
        )
    )?;
    Ok(ExitStatus::Done)
}

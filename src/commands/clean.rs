//! `dockerlab clean`: removes containers of ours, whichever workspace they belong to.

use std::io::Write;

use crate::{
    disk::Analyses,
    engine::port::{REGISTRY_LABEL, WORKSPACE_LABEL},
    error::Error,
    exit::ExitStatus,
    judging::{Lab, short},
    quantity,
};

/// List the containers that dockerlab left on the engine, and remove them
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab clean          list them and ask\n  dockerlab clean --yes\n  dockerlab clean --cache  clear the cache of image contents"
)]
pub struct Args {
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Clear the cache of image contents; the next check reads the images again
    #[arg(long)]
    cache: bool,
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    if args.cache {
        let count = Analyses::below(lab.settings.cache_dir.as_deref()).clear();
        writeln!(
            lab.out(),
            "{}",
            say!("Cleared the cache in {}.", quantity::count(count, "image"))
        )?;
        return Ok(ExitStatus::Done);
    }
    let engine = lab.engine()?;
    let mut found = engine.labelled(WORKSPACE_LABEL, None)?;
    found.extend(engine.labelled(REGISTRY_LABEL, None)?);
    let mut out = lab.out();
    if found.is_empty() {
        writeln!(
            out,
            "{}",
            say!("The engine has no containers or images from dockerlab.")
        )?;
        return Ok(ExitStatus::Done);
    }
    for container in &found {
        let state = if container.running {
            say!("running")
        } else {
            say!("ended")
        };
        writeln!(out, "  {}  {state}  {}", short(&container.id), container.image_name)?;
    }
    let count = quantity::count(found.len(), "container");
    if !args.yes {
        if !lab.settings.can_ask {
            return Err(Error::usage(say!("{count} would be removed"; count)).help(say!("use --yes to remove them")));
        }
        if !lab.edges.terminal.confirm(
            &say!("Remove {count}?"; count),
            say!("only the ones listed above; images are left alone"),
        )? {
            return Ok(ExitStatus::Done);
        }
    }
    for container in &found {
        engine.remove_container(&container.id)?;
    }
    writeln!(out, "{}", say!("Removed {count}."; count))?;
    Ok(ExitStatus::Done)
}

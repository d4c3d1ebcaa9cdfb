//! `dockerlab man`: manual pages.

use std::path::PathBuf;

use super::Invocation;
use crate::{error::Error, exit::ExitStatus, terminal};

/// Print the manual page, or write one for each command into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab man | man -l -\n  dockerlab man ~/.local/share/man/man1")]
pub struct Args {
    /// The folder
    dir: Option<PathBuf>,
}

/// Runs the command.
pub fn run(invocation: &Invocation, args: &Args) -> Result<ExitStatus, Error> {
    match &args.dir {
        None => clap_mangen::Man::new(invocation.cli.clone()).render(&mut terminal::stdout())?,
        Some(folder) => clap_mangen::generate_to(invocation.cli.clone(), folder).map_err(|error| {
            Error::io(say!("cannot write manual pages to `{}`", folder.display()))
                .cause(error)
                .help(say!("name an existing folder that you can write to"))
        })?,
    }
    Ok(ExitStatus::Done)
}

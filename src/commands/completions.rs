//! `dockerlab completions`: a script for a shell.

use std::io::Write;

use super::Invocation;
use crate::{error::Error, exit::ExitStatus, terminal};

/// Print a completion script for your shell
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  dockerlab completions bash \\\n    > ~/.local/share/bash-completion/completions/dockerlab"
)]
pub struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

/// Runs the command.
pub fn run(invocation: &Invocation, args: &Args) -> Result<ExitStatus, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut invocation.cli.clone(), "dockerlab", &mut script);
    terminal::stdout().write_all(&script)?;
    Ok(ExitStatus::Done)
}

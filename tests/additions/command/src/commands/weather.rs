//! `dockerlab weather`: what a test adds as CONTRIBUTING says.

use std::io::Write as _;

use super::Invocation;
use crate::{error::Error, exit::ExitStatus, terminal};

/// Say what the weather is like at sea
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab weather")]
pub struct Args {}

/// Runs the command.
pub fn run(_invocation: &Invocation, _args: &Args) -> Result<ExitStatus, Error> {
    writeln!(terminal::stdout(), "{}", say!("The sea is calm."))?;
    Ok(ExitStatus::Done)
}

//! `dockerlab doctor`: what is wrong with the engine, and how to fix it.

use crate::{
    error::Error,
    exit::ExitStatus,
    judging::{Lab, diagnosis},
    output::{self, State},
};

/// Check the engine and its settings, and show how to fix what is wrong
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It checks the engine and how it was found; its API, builder and image store; its disk, clock and proxy; and the ports and base images of the course. The first check in a workspace runs it automatically."
)]
pub struct Args {}

/// Runs the command.
pub fn run(lab: &Lab, _: &Args) -> Result<ExitStatus, Error> {
    let found = diagnosis::look(lab)?;
    output::diagnosed(&mut lab.out(), &found, lab.settings.columns, lab.style())?;
    Ok(if found.iter().any(|finding| finding.state == State::Bad) {
        ExitStatus::Engine
    } else {
        ExitStatus::Done
    })
}

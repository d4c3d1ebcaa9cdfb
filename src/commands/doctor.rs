//! `dockerlab doctor`: what is wrong with the engine, and how to mend it.

use crate::{
    error::Error,
    exit::ExitStatus,
    judging::{Lab, diagnosis},
    output::{self, State},
};

/// Look the engine over: a line a finding, and how to mend it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "It looks at the engine, how it was found, its API, builder and image store, its disk, clock and proxy, the \
                  ports of the course and the base images. The first check in a workspace does the same by itself."
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

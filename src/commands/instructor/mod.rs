//! `dockerlab instructor`: what teaching needs. One file a verb.

mod kinds;
mod prove;
mod regrade;
mod reset;

pub(super) use self::prove::Prove;
use clap::Subcommand;

use crate::{disk::Workspace, error::Error, exit::ExitStatus, judging::Lab};

/// For instructors: reset tasks, prove a course, check old evidence again, list kinds of criteria
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab instructor reset 2\n  dockerlab instructor prove 3-2\n  dockerlab instructor regrade"
)]
pub struct Args {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Reset(reset::Reset),
    Prove(Prove),
    Regrade(regrade::Regrade),
    Kinds(kinds::Kinds),
}

/// Puts one task back to the beginning, with a backup; says where everything is.
pub(super) fn reset_task(lab: &Lab, workspace: &Workspace, id: &str) -> Result<Vec<String>, Error> {
    let task = lab
        .course
        .task(id)
        .ok_or_else(|| Error::usage(say!("unknown task `{id}`"; id)))?;
    reset::put_back(lab, workspace, &[task])
}

/// Runs the command.
pub fn run(lab: &Lab, args: &Args) -> Result<ExitStatus, Error> {
    match &args.command {
        Verb::Reset(args) => reset::run(lab, args),
        Verb::Prove(args) => args.run(lab),
        Verb::Regrade(args) => regrade::run(lab, args),
        Verb::Kinds(args) => kinds::run(lab, args),
    }
}

//! `dockerlab course schema`: what editors complete and check a course's files with.

use std::io::Write;

use crate::{course::schemas, error::Error, exit::ExitStatus, terminal};

/// Print the JSON schema of one of a course's files
#[derive(Debug, clap::Args)]
#[command(
    after_help = "`dockerlab course new` writes them into the folder .schema, where the course's files name them.\n\nExamples:\n  dockerlab course schema task > .schema/task.json"
)]
pub(super) struct Schema {
    /// The file
    #[arg(value_enum)]
    file: File,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum File {
    /// `course.toml`
    Course,
    /// `task.toml`
    Task,
    /// `criteria.toml`
    Criteria,
}

pub(super) fn run(args: &Schema) -> Result<ExitStatus, Error> {
    let name = match args.file {
        File::Course => ".schema/course.json",
        File::Task => ".schema/task.json",
        File::Criteria => ".schema/criteria.json",
    };
    let files = schemas();
    let file = files
        .iter()
        .find(|file| file.path == name)
        .ok_or_else(|| Error::internal(say!("there is no schema `{name}`"; name)))?;
    terminal::stdout().write_all(&file.bytes)?;
    Ok(ExitStatus::Done)
}

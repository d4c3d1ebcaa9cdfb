//! `dockerlab parse`: a Dockerfile as data.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::Invocation;
use crate::{
    disk::{read_dockerfile, read_dockerfile_from_stdin},
    dockerfile,
    error::Error,
    exit::ExitStatus,
    output::{self, ParseFormat, Style},
    terminal,
};

/// Show a Dockerfile as docker reads it: its instructions, their parts and lines
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dockerlab parse Dockerfile-task-1\n  dockerlab parse --format json Dockerfile | jq '.[].cmd'\n  dockerlab parse --format tokens Dockerfile"
)]
pub struct Args {
    /// The Dockerfile, or `-` for standard input
    #[arg(default_value = "Dockerfile")]
    file: PathBuf,
    /// How it is written; docs/parse-json.md describes json and tokens
    #[arg(long, value_enum, default_value_t = ParseFormat::Human)]
    format: ParseFormat,
}

/// Runs the command. A Dockerfile that docker refuses is told on stderr, and gives 1; what could be read of it is shown
/// all the same.
pub fn run(invocation: &Invocation, args: &Args) -> Result<ExitStatus, Error> {
    let settings = &invocation.settings;
    let read = if args.file == Path::new("-") {
        read_dockerfile_from_stdin()?
    } else {
        read_dockerfile(&settings.folder.join(&args.file), &args.file.display().to_string())?
    };
    let parsed = dockerfile::parse(&read.text);
    let mut out = terminal::stdout();
    match args.format {
        ParseFormat::Human => output::parsed(&mut out, &parsed, settings.columns, Style::new(settings.colour_out))?,
        ParseFormat::Json => output::parsed_json(&mut out, &dockerfile::as_buildkit(&read.text, &parsed))?,
        ParseFormat::Tokens => output::tokens_json(&mut out, &parsed)?,
    }
    out.flush()?;
    let style = Style::new(settings.colour_err);
    let mut status = ExitStatus::Done;
    for problem in &parsed.problems {
        let word = if problem.stops_build() {
            status = ExitStatus::NotPassed;
            style.fail(say!("error:"))
        } else {
            style.care(say!("warning:"))
        };
        let (line, column) = (problem.line, problem.column);
        writeln!(
            terminal::stderr(),
            "{}:{line}:{column} {word} {}",
            read.name,
            problem.message
        )
        .ok();
    }
    Ok(status)
}

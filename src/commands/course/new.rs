//! `dockerlab course new`: a small course that proves green, to change into one's own.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    course::{beginning, schemas},
    disk::{lay, make_course_folder},
    error::Error,
    exit::ExitStatus,
    quantity,
    settings::Settings,
    terminal,
};

/// Begin a course: one task with its lesson, criteria and proofs, and comments that explain them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  dockerlab course new my-course\n  cd my-course && dockerlab course prove")]
pub(super) struct New {
    /// The folder; it must not exist yet, or be empty
    dir: PathBuf,
}

pub(super) fn run(settings: &Settings, args: &New) -> Result<ExitStatus, Error> {
    let folder = settings.folder.join(&args.dir);
    make_course_folder(&folder)?;
    let mut files = beginning(&id_from(&folder));
    files.extend(schemas());
    let laid = lay(&folder, files.iter().map(|file| (file.path.as_str(), &*file.bytes)))?;
    let mut out = terminal::stdout();
    let shown = args.dir.display();
    writeln!(
        out,
        "{}",
        say!("Added {} to {shown}.", quantity::count(laid.added.len(), "file"); shown)
    )?;
    for (command, what) in [
        (format!("cd {shown}"), say!("the comments in the files explain them")),
        ("dockerlab course check".to_owned(), say!("every mistake in its files")),
        ("dockerlab course prove".to_owned(), say!("build and check its proofs")),
        ("dockerlab course preview".to_owned(), say!("what a learner sees")),
    ] {
        writeln!(out, "  {command:<26} {what}")?;
    }
    Ok(ExitStatus::Done)
}

/// The name of the folder as the id of a course.
fn id_from(folder: &Path) -> String {
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' || c == '_' {
                c
            } else {
                '-'
            }
        })
        .take(40)
        .collect();
    let plain = plain.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if plain.is_empty() {
        "my-course".to_owned()
    } else {
        plain.to_owned()
    }
}

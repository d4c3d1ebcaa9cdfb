//! Laying files into a workspace: what is missing is added, what is there stays as it is.

use std::path::Path;

use crate::{
    disk::{atomic_write::create_with_mode, folder::make_folder, workspace::Workspace},
    error::Error,
    regular_file,
};

/// Which files were added, and which were left alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Laid {
    /// Files that were added, relative to the workspace.
    pub added: Vec<String>,
    /// Files that were there already and stay as they are, though they differ from ours.
    pub left_alone: Vec<String>,
}

impl Workspace {
    /// Adds those of the files that are not there.
    ///
    /// # Errors
    /// As for [`lay`].
    pub fn lay<'a>(&self, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Laid, Error> {
        lay(self.root(), files)
    }
}

/// The permissions of a file that a course adds: a script, which begins with `#!`, is executable.
pub fn mode_of(bytes: &[u8]) -> u32 {
    if bytes.starts_with(b"#!") { 0o755 } else { 0o644 }
}

/// Makes a folder for a new course.
///
/// # Errors
/// When it cannot be made, or something is in it.
pub fn make_course_folder(folder: &Path) -> Result<(), Error> {
    let shown = folder.display();
    let told = |error: std::io::Error| Error::io(say!("cannot create `{shown}`"; shown)).cause(error);
    make_folder(folder).map_err(told)?;
    if std::fs::read_dir(folder).map_err(told)?.next().is_some() {
        return Err(
            Error::usage(say!("`{shown}` is not empty"; shown)).help(say!("choose a new folder; nothing was changed"))
        );
    }
    Ok(())
}

/// Adds those of the files to a folder that are not there. One that begins with `#!` becomes executable.
///
/// # Errors
/// When one cannot be written; those before it are there.
pub fn lay<'a>(root: &Path, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Laid, Error> {
    let mut laid = Laid::default();
    for (name, bytes) in files {
        let path = root.join(name);
        if let Some(folder) = path.parent() {
            make_folder(folder)
                .map_err(|error| Error::io(say!("cannot create the folder of `{name}`"; name)).cause(error))?;
        }
        match create_with_mode(&path, bytes, mode_of(bytes)) {
            Ok(()) => laid.added.push(name.to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                if regular_file::read(&path, bytes.len() as u64).map_or(true, |found| found != bytes) {
                    laid.left_alone.push(name.to_owned());
                }
            }
            Err(error) => return Err(Error::io(say!("cannot write `{name}`"; name)).cause(error)),
        }
    }
    Ok(laid)
}

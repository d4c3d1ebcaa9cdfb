//! Temporary files: where they are, and that those of runs that died do not stay.
//!
//! Each is locked by the program that writes it. One that nobody has locked is of a run that died, and is removed.
//! In a workspace they are all in `.dockerlab/tmp`, which no build sends: `COPY . .` never finds one.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::{
    disk::{
        folder::{OURS, make_folder},
        owner,
    },
    regular_file,
};

/// How the names of our temporary files begin.
const PREFIX: &str = ".dockerlab-";

/// A temporary file that can be renamed to a path.
pub(super) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = folder_for(path)?;
    sweep(&folder, PREFIX);
    locked(&folder, PREFIX)
}

/// Makes a file that is locked while it is open, and that nobody has taken for a dead run's in between.
pub(super) fn locked(folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
    loop {
        let file = tempfile::Builder::new().prefix(prefix).tempfile_in(folder)?;
        // Where a file system knows no locks nothing is swept either.
        if file.as_file().lock().is_err() || is_there(file.as_file()) {
            owner::of_the_folder_around(file.path())?;
            return Ok(file);
        }
    }
}

/// Removes the files of this prefix that no program has locked.
pub(super) fn sweep(folder: &Path, prefix: &str) {
    // A folder that cannot be read has nothing that could be removed.
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes())) {
        remove_unlocked(&entry.path());
    }
}

/// Removes a file unless a program has it locked; whether one has.
pub(super) fn remove_unlocked(path: &Path) -> bool {
    match try_lock(path) {
        // Removed while it is locked, so that nobody locks it in between.
        Some(Ok(_file)) => {
            std::fs::remove_file(path).ok();
            false
        }
        Some(Err(TryLockError::WouldBlock)) => true,
        Some(Err(TryLockError::Error(_))) | None => false,
    }
}

fn is_unlocked(path: &Path) -> bool {
    matches!(try_lock(path), Some(Ok(_)))
}

/// Tries to lock a file of ours; none where it cannot be opened.
fn try_lock(path: &Path) -> Option<Result<File, TryLockError>> {
    regular_file::refuse_link(path).ok()?;
    let file = regular_file::open_with(path, OpenOptions::new().read(true).write(true)).ok()?;
    Some(file.try_lock().map(|()| file))
}

/// `.dockerlab/tmp` of the workspace that the path is in, where that is on the same file system; the path's own folder
/// otherwise.
fn folder_for(path: &Path) -> io::Result<PathBuf> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let absolute = std::path::absolute(parent)?;
    let Some(ours) = absolute
        .ancestors()
        .map(|folder| folder.join(OURS))
        .find(|ours| ours.is_dir())
    else {
        return Ok(parent.to_path_buf());
    };
    let folder = ours.join("tmp");
    make_folder(&folder)?;
    Ok(if is_same_device(&folder, parent) {
        folder
    } else {
        parent.to_path_buf()
    })
}

/// A folder among the system's temporary files, removed with all that is in it when this is dropped, or by the next one
/// that is made when the program dies before.
#[derive(Debug)]
pub(super) struct TemporaryFolder {
    folder: tempfile::TempDir,
    _alive: NamedTempFile,
}

/// How the names of such folders begin, and the name of the file in them that is locked while the program lives.
const FOLDER_PREFIX: &str = "dockerlab-";
const ALIVE_PREFIX: &str = ".alive-";

impl TemporaryFolder {
    /// Makes one.
    pub(super) fn new() -> io::Result<Self> {
        sweep_folders(&std::env::temp_dir());
        loop {
            let folder = tempfile::Builder::new().prefix(FOLDER_PREFIX).tempdir()?;
            match locked(folder.path(), ALIVE_PREFIX) {
                // Another program took it for one that a killed run had left, empty.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                alive => return Ok(Self { folder, _alive: alive? }),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders of programs that died.
fn sweep_folders(temporary: &Path) {
    let starts =
        |entry: &std::fs::DirEntry, prefix: &str| entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes());
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries(temporary).filter(|entry| starts(entry, FOLDER_PREFIX)) {
        let is_own = entry
            .metadata()
            .is_ok_and(|about| about.is_dir() && owner::is_mine(&about));
        if !is_own {
            continue;
        }
        let alive = || entries(&entry.path()).find(|inner| starts(inner, ALIVE_PREFIX));
        let is_dead = match alive() {
            Some(alive) => is_unlocked(&alive.path()),
            // An empty one may be one that is just being made: its maker makes another then. One that holds something,
            // and does not exist, is half removed.
            None => std::fs::remove_dir(entry.path()).is_err() && alive().is_none(),
        };
        if is_dead {
            std::fs::remove_dir_all(entry.path()).ok();
        }
    }
}

#[cfg(unix)]
fn is_same_device(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| path.metadata().ok().map(|about| about.dev());
    device(a) == device(b)
}

#[cfg(not(unix))]
fn is_same_device(_: &Path, _: &Path) -> bool {
    true
}

/// Whether an open file still has its name.
#[cfg(unix)]
fn is_there(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|about| about.nlink() > 0)
}

#[cfg(not(unix))]
fn is_there(_: &File) -> bool {
    true
}

//! Files that are read with a bound and written whole or not at all.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::Path,
};

use crate::{
    disk::{owner, temporary},
    error::Error,
    regular_file::{self, Unopened},
};

/// The largest text file that is read: a Dockerfile or an ignore file beyond it is a mistake.
pub(super) const TEXT_LIMIT: u64 = 1024 * 1024;

/// Why a text file was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// There is something else in its place.
    NotAFile(&'static str),
    /// The system refused.
    Refused(io::Error),
    /// It is larger than so many bytes.
    TooLarge(u64),
    /// It is not UTF-8; the line with the first byte that is none.
    NotText(usize),
}

impl Unread {
    /// As it is told of the file, which people know by this name.
    pub(super) fn told(self, path: &Path, name: &str) -> Error {
        match self {
            Self::NotAFile(what) => Error::usage(say!("`{name}` is {what}, not a file"; name, what)),
            Self::Refused(error) => owner::refused(Error::io(say!("cannot read `{name}`"; name)), path, error),
            Self::TooLarge(limit) => Error::usage(say!("`{name}` is larger than {} KiB", limit / 1024; name))
                .help(say!("a Dockerfile is a short text; is this the right file?")),
            Self::NotText(line) => {
                Error::usage(say!("`{name}` is not UTF-8 text: line {line} has a byte that is none"; name, line))
                    .help(say!("save the file as UTF-8 in your editor"))
            }
        }
    }
}

/// Reads a text file of at most `limit` bytes; none when there is no such file.
pub(super) fn read_text(path: &Path, name: &str, limit: u64) -> Result<Option<String>, Error> {
    read(path, limit).map_err(|unread| unread.told(path, name))
}

/// Reads a file of our own, in whose place no link may be, as [`read_text`] does.
pub(super) fn read_own(path: &Path, limit: u64) -> Result<Option<String>, Unread> {
    regular_file::refuse_link(path).map_err(unread)?;
    read(path, limit)
}

fn read(path: &Path, limit: u64) -> Result<Option<String>, Unread> {
    let bytes = match regular_file::read(path, limit) {
        Ok(bytes) => bytes,
        Err(Unopened::Refused(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(unopened) => return Err(unread(unopened)),
    };
    if bytes.len() as u64 > limit {
        return Err(Unread::TooLarge(limit));
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        Unread::NotText(error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count() + 1)
    })
}

fn unread(unopened: Unopened) -> Unread {
    match unopened {
        Unopened::NotAFile(what) => Unread::NotAFile(what),
        Unopened::Refused(error) => Unread::Refused(error),
    }
}

/// Writes a file whole or not at all: to a temporary file, synced, then renamed over it. One that is there keeps its
/// owner and mode; a link stays, and the file that it leads to is written.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let linked = path.symlink_metadata().is_ok_and(|about| about.is_symlink());
    let path = if linked { &path.canonicalize()? } else { path };
    let mut file = temporary::beside(path)?;
    file.write_all(bytes)?;
    owner::take_over(file.as_file(), path)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(path);
    Ok(())
}

/// Makes a new file whole or not at all; fails with `AlreadyExists` when something is there.
pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_from(path, &mut &*bytes, 0o644)
}

/// Copies a file to a new one, whole or not at all; fails with `AlreadyExists` when something is there.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut file = regular_file::open(from)?;
    let mode = owner::mode(&file.metadata()?);
    create_from(to, &mut file, mode)
}

fn create_from(path: &Path, from: &mut dyn io::Read, mode: u32) -> io::Result<()> {
    let mut file = temporary::beside(path)?;
    io::copy(from, file.as_file_mut())?;
    owner::take_over(file.as_file(), path)?;
    owner::set_mode(file.as_file(), mode)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(path);
    Ok(())
}

/// Makes a folder, and those above it that are missing; made by root they belong to whom the folder around them
/// belongs to.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        make_folder(above)?;
    }
    match std::fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made.and_then(|()| owner::of_the_folder_around(path)),
    }
}

/// Makes a rename in the file's folder durable where the system can; one that cannot still has the file whole.
pub(super) fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(folder) = OpenOptions::new().read(true).open(folder)
    {
        folder.sync_all().ok();
    }
}

//! Text files, read with a bound.

use std::{io, path::Path};

use crate::{
    disk::owner,
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
                .help(say!("a Dockerfile is a short text file: is this the right one?")),
            Self::NotText(line) => {
                Error::usage(say!("`{name}` is not UTF-8 text: line {line} has an invalid byte"; name, line))
                    .help(say!("save the file as UTF-8 in your editor"))
            }
        }
    }
}

/// Reads a text file of at most `limit` bytes; none when the file does not exist.
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

/// Why a file was not read that was not opened.
pub(super) fn unread(unopened: Unopened) -> Unread {
    match unopened {
        Unopened::NotAFile(what) => Unread::NotAFile(what),
        Unopened::Refused(error) => Unread::Refused(error),
    }
}

//! EDGE: opening files that have to be regular ones.
//!
//! A named pipe, a device, a socket or a folder in their place is refused, and never waited for.

use std::{
    fs::{File, FileType, OpenOptions},
    io::{self, Read},
    path::Path,
};

/// Why a file was not opened.
#[derive(Debug)]
pub enum Unopened {
    /// There is something else in its place: "a named pipe".
    NotAFile(&'static str),
    /// The system refused; `NotFound` when nothing is there.
    Refused(io::Error),
}

impl From<io::Error> for Unopened {
    fn from(error: io::Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Unopened> for io::Error {
    fn from(unopened: Unopened) -> Self {
        match unopened {
            Unopened::NotAFile(what) => Self::new(io::ErrorKind::InvalidInput, say!("it is {what}, not a file"; what)),
            Unopened::Refused(error) => error,
        }
    }
}

/// Opens a file to read it. A link to a regular file is followed, as the docker client does.
///
/// # Errors
/// When there is none, it is no regular file, or the system refuses.
pub fn open(path: &Path) -> Result<File, Unopened> {
    open_with(path, OpenOptions::new().read(true))
}

/// Opens a file as the options say. Where they create one, nothing else may be in its place.
///
/// # Errors
/// As for [`open`].
pub fn open_with(path: &Path, options: &mut OpenOptions) -> Result<File, Unopened> {
    let regular = |kind: FileType| {
        if kind.is_file() {
            Ok(())
        } else {
            Err(Unopened::NotAFile(named(kind)))
        }
    };
    // Opening a device may do something to it.
    match std::fs::metadata(path) {
        Ok(about) => regular(about.file_type())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // A pipe that took the file's place since would be waited for.
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

/// Refuses a path where a link is: for files of our own, which nobody has a reason to link.
///
/// # Errors
/// When it is a link.
pub fn refuse_link(path: &Path) -> Result<(), Unopened> {
    if path.symlink_metadata().is_ok_and(|about| about.is_symlink()) {
        return Err(Unopened::NotAFile(say!("a link")));
    }
    Ok(())
}

/// Reads a file of at most `limit` bytes; of a longer one the first `limit` + 1.
///
/// # Errors
/// As for [`open`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Unopened> {
    let mut bytes = Vec::new();
    open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What kind of file it is, as a person calls it.
fn named(kind: FileType) -> &'static str {
    if kind.is_dir() {
        return say!("a folder");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return say!("a named pipe");
        }
        if kind.is_socket() {
            return say!("a socket");
        }
        if kind.is_char_device() || kind.is_block_device() {
            return say!("a device");
        }
    }
    say!("something else")
}

//! Files that are read with a bound and written whole or not at all.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    path::Path,
};

use crate::error::Error;

/// The largest text file that is read: a Dockerfile or an ignore file beyond it is a mistake.
pub(super) const TEXT_LIMIT: u64 = 1024 * 1024;

/// Reads a text file of at most `limit` bytes; none when there is no such file.
pub(super) fn read_text(path: &Path, name: &str, limit: u64) -> Result<Option<String>, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io(say!("cannot read `{name}`"; name)).cause(error)),
    };
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(Error::usage(say!("`{name}` is a folder, not a file"; name)));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io(say!("cannot read `{name}`"; name)).cause(error))?;
    if bytes.len() as u64 > limit {
        return Err(Error::usage(say!("`{name}` is larger than {} KiB", limit / 1024; name))
            .help(say!("a Dockerfile is a short text; is this the right file?")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(
                Error::usage(say!("`{name}` is not UTF-8 text: line {line} has a byte that is none"; name, line))
                    .help(say!("save the file as UTF-8 in your editor")),
            )
        }
    }
}

/// Writes a file whole or not at all: to a temporary file beside it, synced, then renamed over it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".dockerlab-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

/// Makes a new file whole or not at all; fails with `AlreadyExists` when something is there.
pub(super) fn create(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".dockerlab-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(folder);
    Ok(())
}

/// Makes a rename durable where the system can; one that cannot still has the file whole.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = OpenOptions::new().read(true).open(folder) {
        folder.sync_all().ok();
    }
}

//! Files that are written whole or not at all.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    disk::{folder::sync_folder, owner, temporary},
    regular_file,
};

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
    create_with_mode(path, bytes, 0o644)
}

/// The same, with these permissions.
pub(super) fn create_with_mode(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    create_from(path, &mut &*bytes, mode)
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

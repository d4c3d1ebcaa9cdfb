//! Images in files: archives, and OCI layouts in a folder.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use crate::{
    disk::atomic_write::write,
    disk::text_file::{TEXT_LIMIT, read_text},
    error::Error,
    image::{Opened, ReadAt, Store},
};

/// Opens an archive.
///
/// # Errors
/// When the path does not exist, or is not a file.
pub fn open_archive(path: &Path) -> Result<(Placed, u64), Error> {
    let told = |error: io::Error| Error::io(say!("cannot read `{}`", path.display())).cause(error);
    // A pipe would be waited for without end.
    if !std::fs::metadata(path).map_err(told)?.is_file() {
        return Err(Error::usage(say!("`{}` is not a file", path.display()))
            .help(say!("an image archive is what `docker save -o image.tar IMAGE` writes")));
    }
    let file = File::open(path).map_err(told)?;
    let length = file.metadata().map_err(told)?.len();
    Ok((Placed(file), length))
}

/// A file that is read from any place in one call.
#[derive(Debug)]
pub struct Placed(File);

impl ReadAt for Placed {
    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], place: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, buffer, place)
    }

    #[cfg(windows)]
    fn read_at(&self, buffer: &mut [u8], place: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(&self.0, buffer, place)
    }
}

/// An OCI layout in a folder. Links that lead outside the folder are not followed.
#[derive(Debug)]
pub struct LayoutFolder {
    root: PathBuf,
}

impl LayoutFolder {
    /// The layout in this folder.
    ///
    /// # Errors
    /// When the folder does not exist.
    pub fn at(folder: &Path) -> Result<Self, Error> {
        let root = folder
            .canonicalize()
            .map_err(|error| Error::io(say!("cannot read `{}`", folder.display())).cause(error))?;
        Ok(Self { root })
    }
}

impl Store for LayoutFolder {
    fn open(&self, path: &str) -> io::Result<Option<Opened<'_>>> {
        let found = match self.root.join(path).canonicalize() {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if !found.starts_with(&self.root) || !std::fs::metadata(&found)?.is_file() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                say!("`{path}` is not a file, or it is a link that leads out of the layout"; path),
            ));
        }
        let file = File::open(found)?;
        let length = file.metadata()?.len();
        Ok(Some(Opened {
            part: Box::new(Placed(file)),
            start: 0,
            length,
        }))
    }
}

/// Reads a short text file that a person named; none when it is not there.
///
/// # Errors
/// When it cannot be read, is too large or no UTF-8.
pub fn read_named(path: &Path) -> Result<Option<String>, Error> {
    read_text(path, &path.display().to_string(), TEXT_LIMIT)
}

/// Writes a file that a person asked for, whole or not at all; another file of that name is only replaced when it was
/// written by us, which one of `marks` in its first bytes tells.
///
/// # Errors
/// When it cannot be written, or would replace something else.
pub fn write_named(path: &Path, bytes: &[u8], marks: &[&[u8]]) -> Result<(), Error> {
    let told = |error: io::Error| Error::io(say!("cannot write `{}`", path.display())).cause(error);
    if path.exists() {
        let mut start = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(File::open(path).map_err(told)?, 4096), &mut start).map_err(told)?;
        let is_ours = start.is_empty()
            || marks
                .iter()
                .any(|mark| start.windows(mark.len()).any(|window| window == *mark));
        if !is_ours {
            return Err(Error::usage(say!(
                "`{}` already exists and was not written by dockerlab",
                path.display()
            ))
            .help(say!("choose another file name")));
        }
    }
    write(path, bytes).map_err(told)?;
    // Ours are private until they are whole; a page may be read by all, as any file made by a person.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).map_err(told)?;
    }
    Ok(())
}

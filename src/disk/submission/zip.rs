//! A submission in a zip archive.

use std::fs::File;

use zip::ZipArchive;

use super::bounded::bounded;
use crate::grading::Submission;

/// The kind of a file in its Unix mode, and the kinds that are taken.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;

/// Reads every file of an archive.
pub(super) fn read(file: File) -> Result<Submission, String> {
    let told = |error: zip::result::ZipError| say!("the archive cannot be read: {error}"; error);
    let mut archive = ZipArchive::new(file).map_err(told)?;
    let mut submission = Submission::default();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(told)?;
        let Some(path) = submission.admit(entry.name_raw())? else {
            continue;
        };
        let mode = entry.unix_mode().unwrap_or(REGULAR | 0o644);
        match mode & KIND {
            // What has a folder's name is one, whatever else it says.
            _ if entry.is_dir() => continue,
            REGULAR | 0 => {}
            FOLDER => continue,
            _ if entry.is_symlink() => return Err(say!("`{path}` is a link"; path)),
            _ => return Err(say!("`{path}` is a device, a pipe or another kind that is not allowed"; path)),
        }
        let bytes = bounded(entry, &submission)?;
        submission.take(path, bytes, mode)?;
    }
    Ok(submission)
}

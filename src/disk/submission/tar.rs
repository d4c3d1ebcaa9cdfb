//! A submission in a tar archive, compressed or not.

use std::io::{BufRead, Read};

use tar::{Archive, EntryType};

use super::bounded::bounded;
use crate::{
    grading::{LIMITS, Submission},
    image,
};

/// The most bytes of an archive that are read once it is decompressed: its files, and what is left out.
const STREAM_LIMIT: u64 = 10 * LIMITS.bytes;

/// Reads every file of an archive.
pub(super) fn read(archive: impl BufRead) -> Result<Submission, String> {
    let told = |error: std::io::Error| say!("the archive cannot be read: {error}"; error);
    let stream = image::decompressed(archive).map_err(|error| error.to_string())?;
    let mut archive = Archive::new(stream.take(STREAM_LIMIT));
    let mut submission = Submission::default();
    for entry in archive.entries().map_err(told)? {
        let entry = entry.map_err(told)?;
        let Some(path) = submission.admit(&entry.path_bytes())? else {
            continue;
        };
        let mode = entry.header().mode().unwrap_or(0o644);
        match entry.header().entry_type() {
            EntryType::Directory | EntryType::XGlobalHeader => {}
            EntryType::Regular | EntryType::Continuous => {
                let size = entry.size();
                let bytes = bounded(entry, &submission)?;
                if bytes.len() as u64 != size {
                    return Err(say!("the archive ends in `{path}`"; path));
                }
                submission.take(path, bytes, mode)?;
            }
            EntryType::Symlink | EntryType::Link => return Err(say!("`{path}` is a link"; path)),
            _ => return Err(say!("`{path}` is a device, a pipe or another kind that is not allowed"; path)),
        }
    }
    if submission == Submission::default() {
        return Err(say!("it is no archive, or an empty one").to_owned());
    }
    Ok(submission)
}

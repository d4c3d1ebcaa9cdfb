//! A submission in a folder.

use std::{fs::Metadata, path::Path};

use super::bounded::bounded;
use crate::{grading::Submission, regular_file};

/// Reads every file below a folder; links are refused.
pub(super) fn read(folder: &Path) -> Result<Submission, String> {
    let told = |error: std::io::Error| error.to_string();
    let mut submission = Submission::default();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(told)? {
            let entry = entry.map_err(told)?;
            let name = entry.file_name();
            let Some(path) = submission.admit(&[prefix.as_bytes(), name.as_encoded_bytes()].concat())? else {
                continue;
            };
            let about = entry.path().symlink_metadata().map_err(told)?;
            if about.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else if about.is_symlink() {
                return Err(say!("`{path}` is a link"; path));
            } else {
                // A pipe or a device is refused here.
                let file = regular_file::open(&entry.path())
                    .map_err(|error| format!("`{path}`: {}", std::io::Error::from(error)))?;
                let bytes = bounded(file, &submission)?;
                submission.take(path, bytes, mode(&about))?;
            }
        }
    }
    Ok(submission)
}

#[cfg(unix)]
fn mode(about: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(about)
}

#[cfg(not(unix))]
fn mode(_: &Metadata) -> u32 {
    0o755
}

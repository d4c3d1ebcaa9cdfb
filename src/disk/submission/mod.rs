//! Submissions, read within bounds and never written to: a folder, or a zip or tar archive. Links, devices and paths that lead
//! elsewhere are refused.

mod bounded;
mod folder;
mod tar;
mod zip;

use std::{
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use crate::{error::Error, grading::Submission, regular_file};

/// The largest archive that is opened, in bytes.
const ARCHIVE_LIMIT: u64 = 200_000_000;

/// How the names of archives end.
const ARCHIVES: [&str; 10] = [
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst",
];

/// The name of an archive without its ending; none for what is none.
pub fn archive_stem(name: &str) -> Option<&str> {
    let ending = ARCHIVES.iter().find(|ending| name.to_lowercase().ends_with(*ending))?;
    name.get(..name.len() - ending.len()).filter(|stem| !stem.is_empty())
}

/// Reads a submission; `dockerfiles` are the names of the tasks' Dockerfiles. Where a folder has none of them and exactly one
/// archive, that archive is the submission.
///
/// # Errors
/// Why it is refused, a sentence's end.
pub fn submission_at(path: &Path, dockerfiles: &[&str]) -> Result<Submission, String> {
    let about = path.symlink_metadata().map_err(|error| error.to_string())?;
    if about.is_symlink() {
        return Err(say!("it is a link").to_owned());
    }
    if !about.is_dir() {
        return archive(path)?.rooted(dockerfiles);
    }
    let submission = folder::read(path)?;
    let is_of_the_course = |path: &String| dockerfiles.contains(&path.rsplit('/').next().unwrap_or(path));
    if !submission.files().keys().any(is_of_the_course) {
        let mut archives = submission.files().keys().filter(|name| archive_stem(name).is_some());
        if let (Some(one), None) = (archives.next(), archives.next()) {
            return archive(&path.join(one))?.rooted(dockerfiles);
        }
    }
    submission.rooted(dockerfiles)
}

/// Reads a tar archive, compressed or not, within the bounds of a submission.
///
/// # Errors
/// Why it is refused, a sentence's end.
pub(super) fn tar_files(archive: impl std::io::BufRead) -> Result<Submission, String> {
    tar::read(archive)
}

fn archive(path: &Path) -> Result<Submission, String> {
    let told = |error: std::io::Error| error.to_string();
    let mut file = regular_file::open(path).map_err(|error| told(error.into()))?;
    if file.metadata().map_err(told)?.len() > ARCHIVE_LIMIT {
        return Err(say!("the archive is larger than {} MB", ARCHIVE_LIMIT / 1_000_000));
    }
    let mut start = [0; 4];
    let read = file.read(&mut start).map_err(told)?;
    std::io::Seek::rewind(&mut file).map_err(told)?;
    // An empty archive has only its end.
    if start.get(..read).is_some_and(|start| start.starts_with(b"PK")) {
        zip::read(file)
    } else {
        tar::read(BufReader::new(file))
    }
}

/// The submissions in a folder: each folder and each archive in it, by name, with its path. `not` is no submission. Files
/// that are none are counted.
///
/// # Errors
/// When the folder cannot be read.
pub fn submissions_in(folder: &Path, not: &Path) -> Result<(Vec<(String, PathBuf)>, usize), Error> {
    let told = |error: std::io::Error| Error::io(say!("cannot read `{}`", folder.display())).cause(error);
    let not = not.canonicalize().ok();
    let (mut found, mut others) = (Vec::new(), 0);
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if name.starts_with('.') || (not.is_some() && path.canonicalize().ok() == not) {
            continue;
        }
        let is_file = entry.file_type().map_err(told)?.is_file();
        match archive_stem(&name) {
            Some(stem) if is_file => found.push((stem.to_owned(), path)),
            _ if is_file => others += 1,
            // A link is told as a submission that is refused.
            _ => found.push((name, path)),
        }
    }
    found.sort();
    Ok((found, others))
}

/// Where the submission of a learner is, named in a roster: a path below the roster's folder, or its name without an
/// archive's ending.
pub fn submission_beside(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    if path.symlink_metadata().is_ok() {
        return path;
    }
    let mut endings = ARCHIVES.iter().map(|ending| folder.join(format!("{name}{ending}")));
    endings.find(|path| path.is_file()).unwrap_or(path)
}

//! The folder that grades are written to: a result for each submission as it comes, whole, and what follows from all of them.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    disk::{
        atomic_write::write,
        folder::make_folder,
        text_file::{read_own, read_text},
    },
    error::Error,
    grading::{GRADED_SCHEMA, Graded},
    regular_file,
};

/// How large a kept result may be, in bytes.
const LIMIT: u64 = 16 * 1024 * 1024;
/// The file that tells a folder of grades, and that is locked while somebody writes to it.
const MARK: &str = ".dockerlab-grades";

/// A folder of grades, locked while this exists.
#[derive(Debug)]
pub struct GradesFolder {
    folder: PathBuf,
    _lock: File,
}

/// What a submission that is being judged has on the engine, so that a later run finds it when this one is killed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtWork {
    /// The workspace's id, which its containers are labelled with.
    pub workspace: String,
    /// Names of its images.
    pub images: Vec<String>,
}

impl GradesFolder {
    /// Opens the folder, or makes it.
    ///
    /// # Errors
    /// When it cannot be made or written to, has other files in it, or another run is at work in it.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let shown = folder.display();
        let told = |error: io::Error| Error::io(say!("cannot write to `{shown}`"; shown)).cause(error);
        let mark = folder.join(MARK);
        if folder.is_dir() && !mark.exists() && std::fs::read_dir(folder).map_err(told)?.next().is_some() {
            return Err(Error::usage(say!("`{shown}` has files that are no grades"; shown))
                .help(say!("name a new or empty folder with --out")));
        }
        for inner in ["results", "at-work"] {
            make_folder(&folder.join(inner)).map_err(told)?;
        }
        regular_file::refuse_link(&mark).map_err(|error| told(error.into()))?;
        let lock = regular_file::open_with(&mark, OpenOptions::new().create(true).truncate(false).write(true))
            .map_err(|error| told(error.into()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::usage(say!("another dockerlab is grading into `{shown}`"; shown))
                    .help(say!("wait until it is done, or stop it")));
            }
            // A file system without locks.
            Err(TryLockError::Error(_)) => {}
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// The kept result of a learner; none where there is none, or where it cannot be read: it is judged again then.
    pub fn result(&self, id: &str) -> Option<Graded> {
        let text = read_own(&self.result_path(id), LIMIT).ok()??;
        let graded: Graded = serde_json::from_str(&text).ok()?;
        (graded.schema == GRADED_SCHEMA && graded.id == id).then_some(graded)
    }

    /// Keeps a result, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, graded: &Graded) -> Result<(), Error> {
        self.write_json(&self.result_path(&graded.id), graded)
    }

    /// Writes a file below the folder, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(path);
        let put = || {
            if let Some(folder) = path.parent() {
                make_folder(folder)?;
            }
            write(&path, bytes)
        };
        put().map_err(|error| Error::io(say!("cannot write `{}`", path.display())).cause(error))
    }

    /// Removes a file below the folder, where there is one.
    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.folder.join(path)).ok();
    }

    /// Writes down what a submission is about to have on the engine.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(&self, id: &str, at_work: &AtWork) -> Result<(), Error> {
        self.write_json(&self.at_work_path(id), at_work)
    }

    /// Says that nothing of a submission is on the engine any more.
    pub fn end(&self, id: &str) {
        std::fs::remove_file(self.at_work_path(id)).ok();
    }

    /// What runs that died have left on the engine, by the name of the file that tells it.
    pub fn left(&self) -> Vec<(PathBuf, AtWork)> {
        let entries = std::fs::read_dir(self.folder.join("at-work"));
        let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
        paths
            .filter_map(|path| {
                let text = read_text(&path, "at-work", LIMIT).ok()??;
                Some((path, serde_json::from_str(&text).ok()?))
            })
            .collect()
    }

    /// Forgets what a run that died has left.
    pub fn forget(&self, path: &Path) {
        std::fs::remove_file(path).ok();
    }

    fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<(), Error> {
        let told = |error: io::Error| Error::io(say!("cannot write `{}`", path.display())).cause(error);
        let mut text = serde_json::to_vec_pretty(value).map_err(|error| told(error.into()))?;
        text.push(b'\n');
        write(path, &text).map_err(told)
    }

    fn result_path(&self, id: &str) -> PathBuf {
        self.folder.join("results").join(format!("{}.json", file_name(id)))
    }

    fn at_work_path(&self, id: &str) -> PathBuf {
        self.folder.join("at-work").join(format!("{}.json", file_name(id)))
    }
}

/// An id as the name of a file: other characters than letters, digits, `-`, `_` and `.` are written as `%` and their bytes.
pub fn file_name(id: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.');
    let name = percent_encoding::utf8_percent_encode(id, KEPT).to_string();
    // A name may not begin with a dot, which is hidden or leads elsewhere, and has at most 255 bytes.
    let name = match name.strip_prefix('.') {
        Some(rest) => format!("%2E{rest}"),
        None => name,
    };
    if name.len() <= 150 {
        return name;
    }
    let hash = hex::encode(Sha256::digest(id));
    format!("{}-{}", name.get(..120).unwrap_or_default(), &hash[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_file_names_that_stay_apart_and_inside() {
        let ids = [
            "ann",
            "../x",
            ".",
            "..",
            "a/b",
            "a b",
            "é",
            "",
            &"x".repeat(500),
            &format!("{}y", "x".repeat(499)),
        ];
        let names: std::collections::BTreeSet<String> = ids.iter().map(|id| file_name(id)).collect();
        assert_eq!(names.len(), ids.len());
        assert!(
            names
                .iter()
                .all(|name| !name.contains('/') && !name.starts_with('.') && name.len() < 200),
            "{names:?}"
        );
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone_and_one_of_ours_is_locked() {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir(place.path().join("theirs")).unwrap();
        File::create(place.path().join("theirs/file")).unwrap();
        assert!(GradesFolder::open(&place.path().join("theirs")).is_err());
        let ours = GradesFolder::open(&place.path().join("ours")).unwrap();
        assert!(GradesFolder::open(&place.path().join("ours")).is_err());
        let graded = Graded::refused("a/b", "a link".to_owned());
        ours.keep(&graded).unwrap();
        assert_eq!(ours.result("a/b"), Some(graded));
        assert_eq!(ours.result("a"), None);
        File::create(ours.path().join("results/a.json")).unwrap();
        assert_eq!(ours.result("a"), None, "what is damaged is judged again");
    }
}

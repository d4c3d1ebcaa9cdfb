//! Evidence of proofs, kept in a folder so that it can be judged again without an engine.

use std::path::{Path, PathBuf};

use crate::{
    check::evidence::{EVIDENCE_VERSION, Evidence},
    disk::atomic_write::write,
    disk::folder::make_folder,
    disk::text_file::read_text,
    error::Error,
};

/// How large one kept evidence may be, in bytes.
const LIMIT: u64 = 64 * 1024 * 1024;

/// A folder of evidence: `<task>/<name of the answer>.json`.
#[derive(Debug, Clone)]
pub struct Kept {
    folder: PathBuf,
}

impl Kept {
    /// The folder, which need not be there yet.
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_path_buf(),
        }
    }

    /// Keeps the evidence on an answer.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, task: &str, name: &str, evidence: &Evidence) -> Result<(), Error> {
        let path = self.path(task, name);
        let keep = || {
            if let Some(folder) = path.parent() {
                make_folder(folder)?;
            }
            write(&path, &serde_json::to_vec(evidence)?)
        };
        keep().map_err(|error| Error::io(say!("cannot keep evidence in `{}`", path.display())).cause(error))
    }

    /// The kept evidence on an answer; none where there is none.
    ///
    /// # Errors
    /// When it cannot be read, or another version of the program kept it.
    pub fn read(&self, task: &str, name: &str) -> Result<Option<Evidence>, Error> {
        let path = self.path(task, name);
        let shown = path.display().to_string();
        let Some(text) = read_text(&path, &shown, LIMIT)? else {
            return Ok(None);
        };
        let evidence: Evidence = serde_json::from_str(&text)
            .map_err(|error| Error::usage(say!("`{shown}` is not an evidence file"; shown)).cause(error))?;
        if evidence.version != EVIDENCE_VERSION {
            return Err(Error::usage(say!("`{shown}` has version {}", evidence.version; shown))
                .help(say!("gather it again with `--keep`")));
        }
        Ok(Some(evidence))
    }

    fn path(&self, task: &str, name: &str) -> PathBuf {
        self.folder.join(task).join(format!("{name}.json"))
    }
}

//! Which of our runs go on: each holds a lock on a file of its own, which the system lets go of when the run dies.

use std::{fs::File, path::PathBuf};

use crate::{
    disk::{
        folder::make_folder,
        owner,
        temporary::{locked, remove_unlocked, sweep},
        workspace::Workspace,
    },
    error::Error,
};

/// How the names of runs begin.
const PREFIX: &str = "r-";
/// How they began before a workspace had a random id.
const EARLIER_PREFIX: &str = "run-";

/// A run that goes on while this lives.
#[derive(Debug)]
pub struct Running {
    id: String,
    path: PathBuf,
    _file: File,
}

impl Running {
    /// What its containers are labelled with.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A file that stays is locked by nobody, and so tells the same.
        std::fs::remove_file(&self.path).ok();
    }
}

impl Workspace {
    /// Begins a run.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn begin_run(&self) -> Result<Running, Error> {
        let folder = self.running();
        let told = |error: std::io::Error| {
            owner::refused(Error::io(say!("cannot write to `.dockerlab/running`")), &folder, error)
        };
        make_folder(&folder).map_err(told)?;
        let file = locked(&folder, PREFIX).map_err(told)?;
        let (file, path) = file.keep().map_err(|error| told(error.error))?;
        let id = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        Ok(Running { id, path, _file: file })
    }

    /// Whether the run with this id goes on in this folder.
    pub fn is_running(&self, id: &str) -> bool {
        is_name(id) && remove_unlocked(&self.running().join(id))
    }

    /// Whether a run of this id began here and died: for those whose containers do not tell where they are from.
    pub fn has_died(&self, id: &str) -> bool {
        is_name(id) && self.running().join(id).exists() && !self.is_running(id)
    }

    /// Removes what runs that were killed have left in `.dockerlab`. The files of runs from before a workspace had a
    /// random id stay until their containers were looked for: nothing else tells that these are dead.
    pub fn sweep(&self) {
        sweep(&self.ours().join("tmp"), ".dockerlab-");
        sweep(&self.running(), PREFIX);
    }

    /// Removes the files of the runs of earlier programs that are over.
    pub fn sweep_earlier_runs(&self) {
        sweep(&self.running(), EARLIER_PREFIX);
    }

    fn running(&self) -> PathBuf {
        self.ours().join("running")
    }
}

/// Whether it is a plain file name: a label may say anything.
fn is_name(id: &str) -> bool {
    !id.is_empty() && !id.contains(['/', '\\', '\0']) && !id.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_that_died_are_swept_and_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(dir.path()).unwrap();
        let alive = workspace.begin_run().unwrap();
        let folder = workspace.running();
        let left = |name: &str| crate::disk::atomic_write::create(&folder.join(name), b"").unwrap();
        left("r-dead");
        left("run-dead");
        let tmp = workspace.ours().join("tmp");
        make_folder(&tmp).unwrap();
        crate::disk::atomic_write::create(&tmp.join(".dockerlab-dead"), b"half").unwrap();
        assert!(workspace.is_running(alive.id()));
        workspace.sweep();
        let names = |folder: &PathBuf| {
            let entries = std::fs::read_dir(folder).unwrap();
            let mut names: Vec<String> = entries
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(&folder), [alive.id(), "run-dead"]);
        assert!(names(&tmp).is_empty());
        assert!(workspace.has_died("run-dead"));
        assert!(!workspace.has_died("run-unknown"));
        assert!(!workspace.has_died("../lock"));
        let id = alive.id().to_owned();
        drop(alive);
        assert!(!workspace.is_running(&id));
        assert!(names(&folder).is_empty());
    }
}

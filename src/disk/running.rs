//! Which of our runs go on: each holds a lock on a file of its own, which the system lets go of when the run dies.

use std::{
    fs::{File, OpenOptions},
    path::PathBuf,
};

use crate::{disk::workspace::Workspace, error::Error};

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
        let told = |error: std::io::Error| Error::io(say!("cannot write to `.dockerlab/running`")).cause(error);
        let folder = self.ours().join("running");
        std::fs::create_dir_all(&folder).map_err(told)?;
        let file = tempfile::Builder::new()
            .prefix("run-")
            .tempfile_in(&folder)
            .map_err(told)?;
        let (file, path) = file.keep().map_err(|error| told(error.error))?;
        file.lock().map_err(told)?;
        let id = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        Ok(Running { id, path, _file: file })
    }

    /// Whether the run with this id goes on.
    pub fn is_running(&self, id: &str) -> bool {
        let plain = !id.is_empty() && !id.contains(['/', '\\', '\0']) && !id.starts_with('.');
        let path = self.ours().join("running").join(id);
        if !plain {
            return false;
        }
        let Ok(file) = OpenOptions::new().read(true).write(true).open(&path) else {
            return false;
        };
        if file.try_lock().is_ok() {
            std::fs::remove_file(&path).ok();
            return false;
        }
        true
    }
}

//! Backups: dated copies of what is about to be replaced, whole or absent.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    disk::{
        atomic_write::copy,
        folder::{free_name, make_folder},
        owner,
        state::STATE_FILE,
        workspace::Workspace,
    },
    error::Error,
};

impl Workspace {
    /// Copies a file of the workspace to `.dockerlab/backup/<day>/`, and returns where the copy is, relative to the
    /// workspace; none when the file does not exist. Anything but a regular file is moved there.
    ///
    /// # Errors
    /// When it cannot be copied; there is then no part of a copy.
    pub fn back_up(&self, name: &str, today: &str) -> Result<Option<PathBuf>, Error> {
        let path = self.root().join(name);
        self.backed_up(&path, name, today)
            .map_err(|error| owner::refused(Error::io(say!("cannot back up `{name}`"; name)), &path, error))
    }

    /// Copies the state file, as [`Self::back_up`] does.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn back_up_state(&self, today: &str) -> Result<Option<PathBuf>, Error> {
        let path = self.ours().join(STATE_FILE);
        self.backed_up(&path, STATE_FILE, today)
            .map_err(|error| owner::refused(Error::io(say!("cannot back up the progress")), &path, error))
    }

    fn backed_up(&self, path: &Path, name: &str, today: &str) -> io::Result<Option<PathBuf>> {
        let Ok(about) = path.symlink_metadata() else {
            return Ok(None);
        };
        let folder = self.ours().join("backup").join(today);
        make_folder(&folder)?;
        let target = folder.join(free_name(&folder, name, ""));
        if about.is_file() {
            copy(path, &target)?;
        } else {
            std::fs::rename(path, &target)?;
        }
        Ok(Some(target.strip_prefix(self.root()).unwrap_or(&target).to_path_buf()))
    }
}

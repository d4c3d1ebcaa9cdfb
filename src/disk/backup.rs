//! Moving a learner's file out of the way, dated.

use std::path::PathBuf;

use crate::{
    disk::{state::free_name, workspace::Workspace},
    error::Error,
};

impl Workspace {
    /// Moves a file of the workspace to `.dockerlab/backup/<day>/`, and returns where it lies now, relative to the
    /// workspace; none when there is no such file.
    ///
    /// # Errors
    /// When it cannot be moved; it is then still where it was.
    pub fn back_up(&self, name: &str, today: &str) -> Result<Option<PathBuf>, Error> {
        let path = self.root().join(name);
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        let told = |error: std::io::Error| Error::io(say!("cannot back up `{name}`"; name)).cause(error);
        let folder = self.ours().join("backup").join(today);
        std::fs::create_dir_all(&folder).map_err(told)?;
        let target = folder.join(free_name(&folder, name));
        std::fs::rename(&path, &target).map_err(told)?;
        Ok(Some(target.strip_prefix(self.root()).unwrap_or(&target).to_path_buf()))
    }

    /// Copies the state file to `.dockerlab/backup/<day>/`, and returns where the copy lies; none when there is none.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn back_up_state(&self, today: &str) -> Result<Option<PathBuf>, Error> {
        let path = self.ours().join("state.json");
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        let told = |error: std::io::Error| Error::io(say!("cannot back up the progress")).cause(error);
        let folder = self.ours().join("backup").join(today);
        std::fs::create_dir_all(&folder).map_err(told)?;
        let target = folder.join(free_name(&folder, "state.json"));
        std::fs::copy(&path, &target).map_err(told)?;
        Ok(Some(target.strip_prefix(self.root()).unwrap_or(&target).to_path_buf()))
    }
}

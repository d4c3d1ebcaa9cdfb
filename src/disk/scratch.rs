//! A workspace that goes away again: for proofs, and for submissions.

use std::path::{Component, Path, PathBuf};

use crate::{
    disk::{temporary::TemporaryFolder, workspace::Workspace},
    error::Error,
};

/// Scripts in the system's folder for temporary files, each named by its number from 0.
#[derive(Debug)]
pub struct Scripts {
    folder: TemporaryFolder,
    count: usize,
}

impl Scripts {
    /// Writes them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(texts: &[String]) -> Result<Self, Error> {
        let told = |error: std::io::Error| Error::io(say!("cannot write a temporary file")).cause(error);
        let folder = TemporaryFolder::new().map_err(told)?;
        for (index, text) in texts.iter().enumerate() {
            let mut file = std::fs::File::create(folder.path().join(index.to_string())).map_err(told)?;
            std::io::Write::write_all(&mut file, text.as_bytes()).map_err(told)?;
        }
        Ok(Self {
            folder,
            count: texts.len(),
        })
    }

    /// Where they are, in their order.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> {
        (0..self.count).map(|index| self.folder.path().join(index.to_string()))
    }
}

/// A workspace in the system's folder for temporary files.
#[derive(Debug)]
pub struct Scratch {
    workspace: Workspace,
    _folder: TemporaryFolder,
}

impl Scratch {
    /// Makes one.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> Result<Self, Error> {
        let folder =
            TemporaryFolder::new().map_err(|error| Error::io(say!("cannot create a temporary folder")).cause(error))?;
        let workspace = Workspace::make(&folder.path().join("workspace"))?;
        Ok(Self {
            workspace,
            _folder: folder,
        })
    }

    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Writes a file in it with these permissions, over what is there.
    ///
    /// # Errors
    /// As for [`Scratch::put`].
    pub fn put_with_mode(&self, path: &str, bytes: &[u8], mode: u32) -> Result<(), Error> {
        self.put(path, bytes)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(self.workspace.root().join(path), std::fs::Permissions::from_mode(mode))
                .map_err(|error| Error::io(say!("cannot write `{path}`"; path)).cause(error))?;
        }
        #[cfg(not(unix))]
        let _ = mode;
        Ok(())
    }

    /// Writes a file in it, over what is there.
    ///
    /// # Errors
    /// When the path leads out of the workspace or the file cannot be written.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let inside = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(Error::usage(say!("`{path}` is outside the workspace"; path)));
        }
        let full = self.workspace.root().join(path);
        #[expect(clippy::disallowed_methods, reason = "nobody's file: the folder goes away again")]
        let write = || {
            if let Some(folder) = full.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&full, bytes)
        };
        write().map_err(|error| Error::io(say!("cannot write `{path}`"; path)).cause(error))
    }
}

//! A workspace that goes away again: for proofs.

use std::path::{Component, Path};

use crate::{disk::workspace::Workspace, error::Error};

/// A workspace in the system's folder for temporary files.
#[derive(Debug)]
pub struct Scratch {
    workspace: Workspace,
    _folder: tempfile::TempDir,
}

impl Scratch {
    /// Makes one.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> Result<Self, Error> {
        let folder = tempfile::Builder::new()
            .prefix("dockerlab-")
            .tempdir()
            .map_err(|error| Error::usage(say!("cannot make a temporary folder")).cause(error))?;
        let workspace = Workspace::make(folder.path())?;
        Ok(Self {
            workspace,
            _folder: folder,
        })
    }

    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
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
            return Err(Error::usage(say!("`{path}` leads out of the workspace"; path)));
        }
        let full = self.workspace.root().join(path);
        #[expect(clippy::disallowed_methods, reason = "nobody's file: the folder goes away again")]
        let write = || {
            if let Some(folder) = full.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(&full, bytes)
        };
        write().map_err(|error| Error::usage(say!("cannot write `{path}`"; path)).cause(error))
    }
}

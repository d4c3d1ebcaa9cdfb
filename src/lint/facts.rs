//! What is known beside the Dockerfile's text.

use crate::dockerfile::Ignore;

/// A path that is in the image's layers though nobody reads it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    /// The line of the instruction that made the layer, from 1.
    pub line: u32,
    /// An absolute path in the image.
    pub path: String,
    /// Its bytes in that layer, files below it included.
    pub bytes: u64,
}

/// What is known beside the text; nothing of it has to be.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The `.dockerignore` that counts for it.
    pub ignore: Option<Ignore>,
    /// What the layers of the image built from this very text hold.
    pub left: Option<Vec<LeftBehind>>,
}

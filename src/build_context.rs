//! The build context: the files that are sent to the engine with a Dockerfile.
//!
//! Plain values and one trait, so that `disk` can make a context and `engine` can send it
//! without knowing each other.

use std::io::Read;

/// What a file of the context is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file of so many bytes.
    File {
        /// Length in bytes when it was looked at.
        size: u64,
    },
    /// A directory.
    Directory,
    /// A symbolic link with its target as written; it is sent as a link and never followed.
    Symlink {
        /// The target as it stands in the link.
        target: String,
    },
}

/// One file, directory or link that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path below the context's root, with `/` between its parts and none at its ends.
    pub path: String,
    /// File, directory or link.
    pub kind: EntryKind,
    /// Unix permission bits (`0o644`), set-id and sticky bits included.
    pub mode: u32,
    /// Time of the last change, in nanoseconds since 1970.
    pub modified_ns: i64,
}

/// A context that can be sent.
pub trait BuildContext: Sync {
    /// Everything that is sent: each directory before its content, and siblings sorted by name
    /// (byte order per path component), as BuildKit's file transfer wants it.
    fn entries(&self) -> &[Entry];

    /// Opens the file of the entry with this index for reading; never follows a link.
    fn open(&self, index: usize) -> std::io::Result<Box<dyn Read + Send>>;

    /// The text of the `.dockerignore` that was applied, if there is one.
    fn ignore_text(&self) -> Option<&str>;
}

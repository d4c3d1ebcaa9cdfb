//! What is wanted of an archive, and what reading it may cost.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::image::error::ArchiveError;

/// Which files' contents are kept: exact paths without a leading slash.
#[derive(Debug, Clone, Default)]
pub struct KeptFiles {
    /// The paths.
    pub contents: BTreeSet<String>,
}

/// What an archive may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Layers.
    pub layers: usize,
    /// Entries of all layers together.
    pub entries: usize,
    /// Bytes of kept files.
    pub kept: u64,
    /// Bytes of all names together.
    pub names: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            layers: 500,
            entries: 2_000_000,
            kept: 256 * 1024 * 1024,
            names: 512 * 1024 * 1024,
        }
    }
}

impl Limits {
    pub(super) fn budget(&self) -> Budget {
        Budget {
            entries: (self.entries as u64).into(),
            kept: self.kept.into(),
            names: self.names.into(),
        }
    }
}

/// The largest JSON member that is kept, and how large all of them may be, in bytes.
pub(super) const JSON_LIMIT: u64 = 16 * 1024 * 1024;
pub(super) const JSON_LIMIT_TOGETHER: u64 = 64 * 1024 * 1024;
/// How many small members and links of an archive are remembered.
pub(super) const MEMBER_LIMIT: usize = 100_000;

/// What the layers of an image may cost together, however many of them are read at a time.
pub(super) struct Budget {
    entries: AtomicU64,
    kept: AtomicU64,
    names: AtomicU64,
}

impl Budget {
    /// Takes entries with names of so many bytes.
    pub(super) fn take(&self, entries: usize, names: u64) -> Result<(), ArchiveError> {
        spend(&self.entries, entries as u64, "entries")?;
        spend(&self.names, names, say!("bytes of names"))
    }

    /// Takes bytes of a kept file.
    pub(super) fn keep(&self, bytes: u64) -> Result<(), ArchiveError> {
        spend(&self.kept, bytes, say!("bytes of kept files"))
    }
}

fn spend(left: &AtomicU64, cost: u64, what: &'static str) -> Result<(), ArchiveError> {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost))
        .map(drop)
        .map_err(|_| ArchiveError::TooLarge(what))
}

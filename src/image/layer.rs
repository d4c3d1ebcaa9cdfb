//! One layer: the tar of a file system's change (OCI image-spec, `layer.md`).

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use crate::image::archive::ArchiveError;

/// What an entry of a layer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link and its target.
    Symlink(String),
    /// A hard link to another path of the layer.
    Hardlink(String),
    /// A device, a pipe and their like.
    Special,
    /// The removal of this path from the layers below.
    Whiteout,
    /// The removal of everything below this path in the layers below.
    Opaque,
}

/// An entry of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path without a slash at its start or end; for a whiteout the path that it removes.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes of a regular file.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

/// A layer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layer {
    /// Diff id, "sha256:…", as the configuration lists it.
    pub diff_id: String,
    /// What made it, as the history tells; empty when it does not.
    pub created_by: String,
    /// Sum of the sizes of its regular files, in bytes.
    pub bytes: u64,
    /// Its entries, in order.
    pub entries: Vec<Entry>,
    /// The contents that were asked for, by path.
    pub kept: BTreeMap<String, Vec<u8>>,
    /// Entries that were left out, their paths leading outside.
    pub refused: u64,
}

/// What a layer may cost.
pub(super) struct Budget {
    pub(super) entries: usize,
    pub(super) kept: u64,
}

/// Reads a layer's tar (uncompressed).
pub(super) fn read<R: Read>(tar: R, wanted: &BTreeSet<String>, budget: &mut Budget) -> Result<Layer, ArchiveError> {
    let mut layer = Layer::default();
    let mut archive = tar::Archive::new(tar);
    let entries = archive.entries().map_err(ArchiveError::read)?;
    for entry in entries {
        let mut entry = entry.map_err(ArchiveError::read)?;
        budget.entries = budget.entries.checked_sub(1).ok_or(ArchiveError::TooLarge("entries"))?;
        let header = entry.header();
        let (mode, uid, gid) = (
            header.mode().unwrap_or(0) & 0o7777,
            header.uid().ok().and_then(|uid| uid.try_into().ok()).unwrap_or(0),
            header.gid().ok().and_then(|gid| gid.try_into().ok()).unwrap_or(0),
        );
        let kind = header.entry_type();
        let Some(path) = normal(&String::from_utf8_lossy(&entry.path_bytes())) else {
            layer.refused += 1;
            continue;
        };
        if path.is_empty() {
            continue;
        }
        let target = |entry: &tar::Entry<'_, _>| {
            entry
                .link_name_bytes()
                .map(|name| String::from_utf8_lossy(&name).into_owned())
                .unwrap_or_default()
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        let folder = path[..path.len() - name.len()].trim_end_matches('/');
        let (path, kind) = if name == ".wh..wh..opq" {
            (folder.to_owned(), EntryKind::Opaque)
        } else if let Some(removed) = name.strip_prefix(".wh.") {
            let removed = if folder.is_empty() {
                removed.to_owned()
            } else {
                format!("{folder}/{removed}")
            };
            (removed, EntryKind::Whiteout)
        } else {
            let kind = match kind {
                kind if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() => EntryKind::File,
                kind if kind.is_dir() => EntryKind::Directory,
                kind if kind.is_symlink() => EntryKind::Symlink(target(&entry)),
                kind if kind.is_hard_link() => match normal(&target(&entry)) {
                    Some(target) => EntryKind::Hardlink(target),
                    None => {
                        layer.refused += 1;
                        continue;
                    }
                },
                kind if kind.is_character_special() || kind.is_block_special() || kind.is_fifo() => EntryKind::Special,
                _ => continue,
            };
            (path, kind)
        };
        let size = if kind == EntryKind::File { entry.size() } else { 0 };
        layer.bytes = layer.bytes.saturating_add(size);
        if kind == EntryKind::File && wanted.contains(&path) {
            let cap = size.min(8 * 1024 * 1024);
            budget.kept = budget
                .kept
                .checked_sub(cap)
                .ok_or(ArchiveError::TooLarge(say!("bytes of kept files")))?;
            let mut bytes = Vec::new();
            (&mut entry)
                .take(cap)
                .read_to_end(&mut bytes)
                .map_err(ArchiveError::read)?;
            layer.kept.insert(path.clone(), bytes);
        }
        layer.entries.push(Entry {
            path,
            kind,
            size,
            mode,
            uid,
            gid,
        });
    }
    Ok(layer)
}

/// A path without `.` parts and slashes at its ends; none when it leads upwards.
pub(super) fn normal(path: &str) -> Option<String> {
    if path.len() > 8192 {
        return None;
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

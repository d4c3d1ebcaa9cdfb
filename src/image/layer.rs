//! One layer: the tar of a file system's change (OCI image-spec, `layer.md`).

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use serde::{Deserialize, Serialize};

use crate::image::{
    error::ArchiveError,
    limits::Budget,
    members::Members,
    path::{normal, text_of},
    source::Source,
};

/// What an entry of a layer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(skip)]
    pub kept: BTreeMap<String, Vec<u8>>,
    /// Entries that were left out, their paths leading outside.
    pub refused: u64,
}

/// Reads a layer's tar (uncompressed).
pub(super) fn read<S: Source>(tar: S, wanted: &BTreeSet<String>, budget: &Budget) -> Result<Layer, ArchiveError> {
    let mut layer = Layer::default();
    let mut members = Members::new(tar);
    while let Some(member) = members.next()? {
        let path = text_of(&member.path);
        budget.take(1, path.len() as u64)?;
        let Some(path) = normal(&path) else {
            layer.refused += 1;
            continue;
        };
        if path.is_empty() {
            continue;
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let folder = path[..path.len() - name.len()].trim_end_matches('/');
        let (path, kind) = if name == ".wh..wh..opq" {
            (folder.to_owned(), EntryKind::Opaque)
        } else if name.starts_with(".wh..wh.") {
            // What AUFS keeps for itself (`.wh..wh.plnk`, `.wh..wh.aufs`).
            continue;
        } else if let Some(removed) = name.strip_prefix(".wh.") {
            if matches!(removed, "" | "." | "..") {
                layer.refused += 1;
                continue;
            }
            let removed = if folder.is_empty() {
                removed.to_owned()
            } else {
                format!("{folder}/{removed}")
            };
            (removed, EntryKind::Whiteout)
        } else {
            let kind = match member.kind {
                0 | b'0' | b'7' | b'S' => EntryKind::File,
                b'5' => EntryKind::Directory,
                b'2' => EntryKind::Symlink(text_of(&member.link)),
                b'1' => match normal(&text_of(&member.link)) {
                    Some(target) => EntryKind::Hardlink(target),
                    None => {
                        layer.refused += 1;
                        continue;
                    }
                },
                b'3' | b'4' | b'6' => EntryKind::Special,
                _ => continue,
            };
            (path, kind)
        };
        let size = if kind == EntryKind::File { member.size } else { 0 };
        layer.bytes = layer.bytes.saturating_add(size);
        if kind == EntryKind::File && wanted.contains(&path) {
            let cap = size.min(8 * 1024 * 1024);
            budget.keep(cap)?;
            let mut bytes = Vec::new();
            (&mut members)
                .take(cap)
                .read_to_end(&mut bytes)
                .map_err(ArchiveError::read)?;
            layer.kept.insert(path.clone(), bytes);
        }
        layer.entries.push(Entry {
            path,
            kind,
            size,
            mode: member.mode,
            uid: member.uid,
            gid: member.gid,
        });
    }
    layer.entries.shrink_to_fit();
    Ok(layer)
}

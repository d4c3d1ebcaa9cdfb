//! The file system that the layers make together.

use std::{collections::BTreeMap, ops::Bound};

use crate::image::{
    layer::{EntryKind, Layer},
    stack::{Slot, Stack},
};

/// A path of the merged file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is; never a whiteout.
    pub kind: EntryKind,
    /// Bytes of a regular file.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// The layer that wrote it last, from 0.
    pub layer: usize,
}

/// The merged file system, by path.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    nodes: BTreeMap<String, Node>,
}

impl Tree {
    /// Puts the layers on top of each other, base first.
    pub fn merge(layers: &[Layer]) -> Self {
        let stack = Stack::of(layers);
        let node = |slot: Slot| {
            let entry = stack.entry(slot.place);
            Node {
                kind: entry.kind.clone(),
                size: stack.size(slot),
                mode: entry.mode,
                uid: entry.uid,
                gid: entry.gid,
                layer: slot.place.layer as usize,
            }
        };
        Self {
            nodes: stack
                .nodes()
                .iter()
                .map(|(path, slot)| ((*path).to_owned(), node(*slot)))
                .collect(),
        }
    }

    /// The node at this very path, links not followed.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    /// Whether anything is below this path, which may have no node of its own.
    pub fn has_below(&self, path: &str) -> bool {
        let prefix = format!("{path}/");
        let next = self
            .nodes
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .next();
        path.is_empty() || next.is_some_and(|(found, _)| found.starts_with(&prefix))
    }

    /// The names of the folders in this one.
    pub fn folders_in<'t>(&'t self, path: &str) -> impl Iterator<Item = &'t str> {
        let prefix = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let from = self
            .nodes
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
        let below = from.map_while({
            let prefix = prefix.clone();
            move |(found, node)| Some((found.strip_prefix(&prefix)?, node))
        });
        below.filter_map(|(name, node)| (node.kind == EntryKind::Directory && !name.contains('/')).then_some(name))
    }

    /// Every path and its node, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().map(|(path, node)| (path.as_str(), node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::layer::Entry;

    fn layer(entries: &[(&str, EntryKind)]) -> Layer {
        Layer {
            entries: entries
                .iter()
                .map(|(path, kind)| Entry {
                    path: (*path).to_owned(),
                    kind: kind.clone(),
                    size: 1,
                    mode: 0o644,
                    uid: 0,
                    gid: 0,
                })
                .collect(),
            ..Layer::default()
        }
    }

    fn paths(layers: &[Layer]) -> Vec<String> {
        Tree::merge(layers).iter().map(|(path, _)| path.to_owned()).collect()
    }

    #[test]
    fn whiteouts_and_replacements_take_away_what_was_below() {
        use EntryKind::{Directory, File, Opaque, Whiteout};
        let base = layer(&[("d", Directory), ("d/a", File), ("d/b", File), ("d2", File)]);
        assert_eq!(paths(&[base.clone(), layer(&[("d/a", Whiteout)])]), ["d", "d/b", "d2"]);
        assert_eq!(paths(&[base.clone(), layer(&[("d", Whiteout)])]), ["d2"]);
        assert_eq!(
            paths(&[base.clone(), layer(&[("d", Directory), ("d/c", File), ("d", Opaque)])]),
            ["d", "d/c", "d2"]
        );
        assert_eq!(paths(&[base, layer(&[("d", File)])]), ["d", "d2"]);
    }
}

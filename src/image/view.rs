//! The files as they are after some layer, with what that layer did to each: what a screen shows.

use std::collections::BTreeMap;

use crate::image::{
    layer::{EntryKind, Layer},
    stack::{Slot, Stack},
};

/// What a layer did to a path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    #[default]
    Same,
    /// Nothing to the folder itself, something in it.
    Inside,
    /// It was not there before.
    Added,
    /// It existed, and was rewritten.
    Changed,
    /// It is gone.
    Removed,
}

/// A path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The last part of its path.
    pub name: String,
    /// The whole path.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes of the file, or of all files in the folder.
    pub bytes: u64,
    /// Permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// The layer that wrote it.
    pub layer: usize,
    /// What the layer that is looked at did to it.
    pub mark: Mark,
    /// What is in it, as positions in [`View::nodes`], by name.
    pub children: Vec<usize>,
}

/// All paths after a layer; the first node is the root.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The paths.
    pub nodes: Vec<Seen>,
}

impl View {
    /// The files after layer `index`, with the marks of that layer.
    pub fn of(layers: &[Layer], index: usize) -> Self {
        let mut stack = Stack::default();
        for layer in layers.iter().take(index) {
            stack.lay(layer);
        }
        let Some(layer) = layers.get(index) else {
            return Self::default();
        };
        // What each path was before, for those that the layer names.
        let before: BTreeMap<&str, Slot> = layer
            .entries
            .iter()
            .filter_map(|entry| stack.nodes().get_key_value(entry.path.as_str()))
            .map(|(path, slot)| (*path, *slot))
            .collect();
        let removes = |kind: &EntryKind| matches!(kind, EntryKind::Whiteout | EntryKind::Opaque);
        let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
        if layer.entries.iter().any(|entry| removes(&entry.kind)) {
            sizes.extend(stack.nodes().iter().map(|(path, slot)| (*path, stack.size(*slot))));
        }
        stack.tell_removed = true;
        stack.lay(layer);
        let mut building = Building::new();
        let mut files = stack.files().into_iter().peekable();
        for (path, slot) in stack.nodes() {
            let entry = stack.entry(slot.place);
            let mark = if slot.place.layer as usize == index {
                match before.get(path).map(|slot| stack.entry(slot.place)) {
                    None => Mark::Added,
                    Some(old)
                        if old.kind == EntryKind::Directory
                            && entry.kind == EntryKind::Directory
                            && (old.mode, old.uid, old.gid) == (entry.mode, entry.uid, entry.gid) =>
                    {
                        Mark::Same
                    }
                    Some(_) => Mark::Changed,
                }
            } else {
                Mark::Same
            };
            let bytes = files
                .next_if(|(file, _)| file == path)
                .map_or(0, |(_, place)| stack.entry(place).size);
            building.put(path, &stack, *slot, bytes, mark);
        }
        for (path, slot) in &stack.removed {
            if !stack.nodes().contains_key(path) {
                // A hard link has its file's bytes without storing them.
                let is_file = stack.entry(slot.place).kind == EntryKind::File;
                let bytes = sizes.get(path).copied().filter(|_| is_file).unwrap_or(0);
                building.put(path, &stack, *slot, bytes, Mark::Removed);
            }
        }
        building.end()
    }
}

struct Building {
    nodes: Vec<Seen>,
    known: BTreeMap<String, usize>,
}

impl Building {
    fn new() -> Self {
        let mut building = Self {
            nodes: Vec::new(),
            known: BTreeMap::new(),
        };
        building.nodes.push(folder("", ""));
        building.known.insert(String::new(), 0);
        building
    }

    /// The position of a folder, made where nobody named it.
    fn folder(&mut self, path: &str) -> usize {
        if let Some(position) = self.known.get(path) {
            return *position;
        }
        let mut above = 0;
        for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
            let path = &path[..end];
            above = match self.known.get(path) {
                Some(position) => *position,
                None => {
                    let name = path.rsplit('/').next().unwrap_or(path);
                    self.add(above, folder(name, path))
                }
            };
        }
        above
    }

    fn add(&mut self, above: usize, node: Seen) -> usize {
        let position = self.nodes.len();
        self.known.insert(node.path.clone(), position);
        self.nodes.push(node);
        if let Some(above) = self.nodes.get_mut(above) {
            above.children.push(position);
        }
        position
    }

    fn put(&mut self, path: &str, stack: &Stack<'_>, slot: Slot, bytes: u64, mark: Mark) {
        let entry = stack.entry(slot.place);
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let above = self.folder(above);
        let node = Seen {
            name: name.to_owned(),
            path: path.to_owned(),
            kind: entry.kind.clone(),
            bytes,
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            layer: slot.place.layer as usize,
            mark,
            children: Vec::new(),
        };
        match self.known.get(path).copied() {
            // Something in it came first.
            Some(position) => {
                if let Some(known) = self.nodes.get_mut(position) {
                    let children = std::mem::take(&mut known.children);
                    *known = Seen { children, ..node };
                }
            }
            None => {
                self.add(above, node);
            }
        }
    }

    /// Adds up folders, the innermost first, and marks those that something happened in.
    fn end(mut self) -> View {
        let mut order = vec![0];
        let mut at = 0;
        while let Some(position) = order.get(at).copied() {
            order.extend(
                self.nodes
                    .get(position)
                    .into_iter()
                    .flat_map(|node| node.children.iter()),
            );
            at += 1;
        }
        for position in order.into_iter().rev() {
            let Some(node) = self.nodes.get(position) else {
                continue;
            };
            let mut bytes = node.bytes;
            let mut happened = false;
            for child in node.children.iter().filter_map(|child| self.nodes.get(*child)) {
                // What is gone weighs nothing any more, but for a folder that is gone itself.
                if child.mark != Mark::Removed || node.mark == Mark::Removed {
                    bytes = bytes.saturating_add(child.bytes);
                }
                happened |= child.mark != Mark::Same;
            }
            if let Some(node) = self.nodes.get_mut(position) {
                node.bytes = bytes;
                if node.mark == Mark::Same && happened {
                    node.mark = Mark::Inside;
                }
            }
        }
        View { nodes: self.nodes }
    }
}

fn folder(name: &str, path: &str) -> Seen {
    Seen {
        name: name.to_owned(),
        path: path.to_owned(),
        kind: EntryKind::Directory,
        bytes: 0,
        mode: 0o755,
        uid: 0,
        gid: 0,
        layer: 0,
        mark: Mark::Same,
        children: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::tests::maker::{docker_archive, entries, read_all_ways};

    #[test]
    fn marks_tell_what_a_layer_did() {
        let layers = ["d/ d/a:10 d/b:20 k:5 e/x:7", "d/ d/a:11 !d/b n/m:3 !e"];
        let layers: Vec<_> = layers.into_iter().map(entries).collect();
        let image = read_all_ways(&docker_archive(&layers)).next().unwrap();
        let view = View::of(&image.layers, 1);
        let told: BTreeMap<&str, (Mark, u64)> = view
            .nodes
            .iter()
            .map(|node| (node.path.as_str(), (node.mark, node.bytes)))
            .collect();
        let wanted = [
            ("", (Mark::Inside, 19)),
            ("d", (Mark::Inside, 11)),
            ("d/a", (Mark::Changed, 11)),
            ("d/b", (Mark::Removed, 20)),
            ("e", (Mark::Inside, 0)),
            ("e/x", (Mark::Removed, 7)),
            ("k", (Mark::Same, 5)),
            ("n", (Mark::Inside, 3)),
            ("n/m", (Mark::Added, 3)),
        ];
        assert_eq!(told, wanted.into());
        assert_eq!(View::of(&image.layers, 0).nodes[0].bytes, 42);
        assert!(View::of(&image.layers, 9).nodes.is_empty());
    }
}

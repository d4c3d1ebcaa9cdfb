//! Layers on top of each other: which files are visible in the end, and which stored bytes are not.
//!
//! A removal costs what it hides and nothing more: paths are kept sorted, so that everything below a path is together.

use std::{collections::BTreeMap, ops::Bound};

use crate::image::layer::{Entry, EntryKind, Layer};

/// Which entry of which layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) layer: u32,
    pub(super) entry: u32,
}

/// A path of the merged file system.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// The entry that made it.
    pub(super) place: Place,
    /// The contents that it leads to, for files and hard links.
    contents: Option<u32>,
}

/// The contents of a file, which several hard links may share.
#[derive(Debug)]
struct Contents {
    place: Place,
    links: u32,
}

/// How contents came to be hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// They were removed.
    Removed,
    /// This entry took their place.
    Replaced(Place),
}

/// Contents that nobody sees any more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hidden {
    /// The entry that wrote them.
    pub(super) place: Place,
    /// The layer that hid them.
    pub(super) by: u32,
    pub(super) how: How,
}

/// What a layer did to the paths below it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) added: u64,
    pub(super) changed: u64,
    pub(super) removed: u64,
}

/// The layers so far.
#[derive(Debug, Default)]
pub(super) struct Stack<'a> {
    layers: Vec<&'a Layer>,
    nodes: BTreeMap<&'a str, Slot>,
    contents: Vec<Contents>,
    pub(super) hidden: Vec<Hidden>,
    pub(super) changes: Vec<Changes>,
    /// Paths that the last layer took away; kept only while `tell_removed` is set.
    pub(super) removed: Vec<(&'a str, Slot)>,
    pub(super) tell_removed: bool,
}

impl<'a> Stack<'a> {
    /// All layers, base first.
    pub(super) fn of(layers: &'a [Layer]) -> Self {
        let mut stack = Self::default();
        for layer in layers {
            stack.lay(layer);
        }
        stack
    }

    /// The entry at a place.
    pub(super) fn entry(&self, place: Place) -> &'a Entry {
        &self.layers[place.layer as usize].entries[place.entry as usize]
    }

    /// The visible paths, sorted.
    pub(super) fn nodes(&self) -> &BTreeMap<&'a str, Slot> {
        &self.nodes
    }

    /// The bytes of the file that a path leads to.
    pub(super) fn size(&self, slot: Slot) -> u64 {
        slot.contents
            .and_then(|id| self.contents.get(id as usize))
            .map_or(0, |contents| self.entry(contents.place).size)
    }

    /// The visible files by path, each with the entry that stores its bytes. A file of several names is given once: at
    /// the name that stores it where that is visible, at the first of the others where it is not.
    pub(super) fn files(&self) -> Vec<(&'a str, Place)> {
        let mut given = vec![false; self.contents.len()];
        for slot in self.nodes.values() {
            if let Some(id) = slot.contents.map(|id| id as usize)
                && self.contents[id].place == slot.place
            {
                given[id] = true;
            }
        }
        let mut files = Vec::with_capacity(self.contents.len());
        for (path, slot) in &self.nodes {
            let Some(id) = slot.contents.map(|id| id as usize) else {
                continue;
            };
            let place = self.contents[id].place;
            if place == slot.place || !std::mem::replace(&mut given[id], true) {
                files.push((*path, place));
            }
        }
        files
    }

    /// Puts a layer on top of the ones so far.
    pub(super) fn lay(&mut self, layer: &'a Layer) {
        let index = u32::try_from(self.layers.len()).unwrap_or(u32::MAX);
        self.layers.push(layer);
        self.changes.push(Changes::default());
        self.removed.clear();
        // Removals act on the layers below only, wherever they stand in the tar.
        for entry in &layer.entries {
            let below_only = match entry.kind {
                EntryKind::Whiteout => false,
                EntryKind::Opaque => true,
                _ => continue,
            };
            if !below_only {
                self.remove(&entry.path, index, How::Removed);
            }
            self.remove_below(&entry.path, index, How::Removed);
        }
        let mut folder: Option<&str> = None;
        for (number, entry) in layer.entries.iter().enumerate() {
            if matches!(entry.kind, EntryKind::Whiteout | EntryKind::Opaque) {
                continue;
            }
            let place = Place {
                layer: index,
                entry: u32::try_from(number).unwrap_or(u32::MAX),
            };
            let above = entry.path.rsplit_once('/').map(|(above, _)| above);
            if above.is_some() && above != folder {
                self.make_room(&entry.path, place);
                folder = above;
            }
            self.put(entry, place);
            // The folder that was looked at may just have given way.
            if folder.is_some_and(|folder| {
                folder
                    .strip_prefix(entry.path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }) {
                folder = None;
            }
        }
    }

    /// Files that stand where folders are needed give way.
    fn make_room(&mut self, path: &'a str, place: Place) {
        for (end, _) in path.match_indices('/') {
            let above = &path[..end];
            let is_file = self
                .nodes
                .get(above)
                .is_some_and(|slot| matches!(self.entry(slot.place).kind, EntryKind::File | EntryKind::Hardlink(_)));
            if is_file {
                self.remove(above, place.layer, How::Replaced(place));
            }
        }
    }

    fn put(&mut self, entry: &'a Entry, place: Place) {
        let before = self.nodes.get(entry.path.as_str()).copied();
        let is_folder = entry.kind == EntryKind::Directory;
        // Nothing is below a file; anything may be below a link, and below a path that no layer names.
        let was_file =
            before.is_some_and(|slot| matches!(self.entry(slot.place).kind, EntryKind::File | EntryKind::Hardlink(_)));
        if !is_folder && !was_file {
            self.remove_below(&entry.path, place.layer, How::Replaced(place));
        }
        let contents = match &entry.kind {
            EntryKind::File => {
                self.contents.push(Contents { place, links: 0 });
                u32::try_from(self.contents.len() - 1).ok()
            }
            EntryKind::Hardlink(target) => self.nodes.get(target.as_str()).and_then(|slot| slot.contents),
            _ => None,
        };
        if let Some(contents) = contents.and_then(|id| self.contents.get_mut(id as usize)) {
            contents.links += 1;
        }
        let changes = self.changes.last_mut();
        match (before, changes) {
            (None, Some(changes)) => changes.added += 1,
            (Some(slot), Some(changes)) if slot.place.layer != place.layer => {
                let old = &self.layers[slot.place.layer as usize].entries[slot.place.entry as usize];
                let is_same = old.kind == EntryKind::Directory
                    && is_folder
                    && (old.mode, old.uid, old.gid) == (entry.mode, entry.uid, entry.gid);
                if !is_same {
                    changes.changed += 1;
                }
            }
            _ => {}
        }
        if let Some(slot) = before {
            self.let_go(slot, place.layer, How::Replaced(place));
        }
        self.nodes.insert(&entry.path, Slot { place, contents });
    }

    fn remove(&mut self, path: &str, by: u32, how: How) {
        if let Some((path, slot)) = self.nodes.remove_entry(path) {
            self.gone(path, slot, by, how);
        }
    }

    fn remove_below(&mut self, path: &str, by: u32, how: How) {
        // The root has no slash after it.
        let first = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let below: Vec<&'a str> = self
            .nodes
            .range::<str, _>((Bound::Included(first.as_str()), Bound::Unbounded))
            .take_while(|(path, _)| path.starts_with(&first))
            .map(|(path, _)| *path)
            .collect();
        for path in below {
            self.remove(path, by, how);
        }
    }

    fn gone(&mut self, path: &'a str, slot: Slot, by: u32, how: How) {
        self.let_go(slot, by, how);
        if slot.place.layer == by {
            return;
        }
        if let Some(changes) = self.changes.last_mut() {
            changes.removed += 1;
        }
        if self.tell_removed {
            self.removed.push((path, slot));
        }
    }

    /// Contents are hidden when their last link goes.
    fn let_go(&mut self, slot: Slot, by: u32, how: How) {
        let Some(contents) = slot.contents.and_then(|id| self.contents.get_mut(id as usize)) else {
            return;
        };
        contents.links = contents.links.saturating_sub(1);
        let place = contents.place;
        if contents.links == 0 && self.entry(place).size > 0 {
            self.hidden.push(Hidden { place, by, how });
        }
    }
}

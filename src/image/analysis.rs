//! What an image is made of, and what is wasted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::image::{
    archive::Image,
    config::History,
    efficiency::LikeDive,
    history::made_by,
    layer::EntryKind,
    stack::{Hidden, How, Stack},
    topic::Topic,
};

/// What an image is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Analysis {
    /// "linux/amd64".
    pub platform: String,
    /// Its layers, base first.
    pub layers: Vec<LayerFacts>,
    /// Bytes that the layers store.
    pub stored: u64,
    /// Bytes of the files that are visible in the end.
    pub visible: u64,
    /// Stored bytes that nobody sees any more.
    pub hidden: u64,
    /// How many paths are visible.
    pub paths: u64,
    /// The history, where it tells of fewer or more layers than there are.
    pub unplaced: Vec<History>,
    /// What is wasted, the most bytes first; at most 200 entries.
    pub waste: Vec<Waste>,
    /// Entries that were left out, their paths leading outside.
    pub refused: u64,
    /// Visible bytes by folder, three folders deep, sorted; the 2,000 largest.
    pub folders: Vec<Folder>,
    /// dive's figures.
    pub like_dive: LikeDive,
}

/// A folder of the merged file system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// Its path without a slash at its ends.
    pub path: String,
    /// Bytes of the files below it.
    pub bytes: u64,
    /// How many there are.
    pub files: u64,
}

/// One layer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerFacts {
    /// Its diff id.
    pub diff_id: String,
    /// What made it, as the history tells.
    pub created_by: String,
    /// Bytes of its files.
    pub bytes: u64,
    /// How many entries it has.
    pub entries: u64,
    /// Paths that were not there below it.
    pub added: u64,
    /// Paths that existed and that it rewrites.
    pub changed: u64,
    /// Paths that it takes away.
    pub removed: u64,
    /// Bytes of it that layers above it hide, or that it hides itself.
    pub hidden: u64,
}

/// How files came to be waste.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A later layer removed them.
    Removed,
    /// A later layer rewrote them.
    Rewritten,
    /// A later layer stored them once more only to change their owner or their mode.
    Retouched,
    /// Nothing hides them: nobody needs them.
    Left,
}

/// Files that are waste for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waste {
    /// The layer that stores them, from 0.
    pub written: usize,
    /// The layer that hides them.
    pub hidden: Option<usize>,
    /// How.
    pub cause: Cause,
    /// What they are, where that is known.
    pub topic: Option<Topic>,
    /// How many files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The innermost folder that holds them all, or the file if it is only one.
    pub below: String,
    /// The largest of them with their bytes, at most five.
    pub largest: Vec<(String, u64)>,
}

/// How many kinds of waste are listed, and how many files of each.
const LISTED: usize = 200;
const LARGEST: usize = 5;

impl Analysis {
    /// Bytes of the largest layer; at least 1, so that others can be drawn in proportion to it.
    pub fn largest_layer(&self) -> u64 {
        self.layers.iter().map(|layer| layer.bytes).max().unwrap_or(1).max(1)
    }

    /// Looks at an image.
    pub fn of(image: &Image) -> Self {
        let stack = Stack::of(&image.layers);
        let mut analysis = Self {
            platform: format!("{}/{}", image.config.os, image.config.architecture),
            layers: image
                .layers
                .iter()
                .zip(&stack.changes)
                .map(|(layer, changes)| LayerFacts {
                    diff_id: layer.diff_id.clone(),
                    created_by: layer.created_by.clone(),
                    bytes: layer.bytes,
                    entries: layer.entries.len() as u64,
                    added: changes.added,
                    changed: changes.changed,
                    removed: changes.removed,
                    hidden: 0,
                })
                .collect(),
            stored: sum(image.layers.iter().map(|layer| layer.bytes)),
            hidden: sum(stack.hidden.iter().map(|hidden| stack.entry(hidden.place).size)),
            paths: stack.nodes().len() as u64,
            refused: sum(image.layers.iter().map(|layer| layer.refused)),
            ..Self::default()
        };
        let told = image.config.history.iter().filter(|entry| !entry.empty_layer).count();
        if told != image.layers.len() {
            analysis.unplaced.clone_from(&image.config.history);
        }
        analysis.visible = analysis.stored.saturating_sub(analysis.hidden);
        for hidden in &stack.hidden {
            if let Some(layer) = analysis.layers.get_mut(hidden.place.layer as usize) {
                layer.hidden = layer.hidden.saturating_add(stack.entry(hidden.place).size);
            }
        }
        analysis.waste = waste(&stack);
        analysis.folders = folders(&stack);
        drop(stack);
        analysis.like_dive = LikeDive::of(&image.layers);
        analysis
    }

    /// Looks again at a history that does not fit, now that the first `base` layers are known to be the base image's.
    pub fn tell_history(&mut self, base: usize) {
        if self.unplaced.is_empty() {
            return;
        }
        let made_by = made_by(&self.unplaced, self.layers.len(), base);
        for (layer, made_by) in self.layers.iter_mut().zip(made_by) {
            made_by.clone_into(&mut layer.created_by);
        }
    }

    /// Bytes that need not be there: hidden ones, and visible ones that nobody needs.
    pub fn wasted(&self) -> u64 {
        sum(self.waste.iter().map(|waste| waste.bytes))
    }
}

fn sum(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

/// How deep folders are told apart, and how many are listed.
const FOLDER_DEPTH: usize = 3;
const FOLDERS: usize = 2_000;

fn folders(stack: &Stack<'_>) -> Vec<Folder> {
    let mut found: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (path, place) in stack.files() {
        let size = stack.entry(place).size;
        for (end, _) in path.match_indices('/').take(FOLDER_DEPTH) {
            let (bytes, files) = found.entry(&path[..end]).or_default();
            *bytes = bytes.saturating_add(size);
            *files += 1;
        }
    }
    let mut folders: Vec<Folder> = found
        .into_iter()
        .map(|(path, (bytes, files))| Folder {
            path: path.to_owned(),
            bytes,
            files,
        })
        .collect();
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.bytes));
    folders.truncate(FOLDERS);
    folders.sort_by(|a, b| a.path.cmp(&b.path));
    folders
}

/// What files have in common that are told of together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    written: u32,
    hidden: Option<u32>,
    cause: Cause,
    topic: Option<Topic>,
}

fn waste(stack: &Stack<'_>) -> Vec<Waste> {
    let mut groups: BTreeMap<Reason, Waste> = BTreeMap::new();
    for hidden in &stack.hidden {
        let entry = stack.entry(hidden.place);
        let reason = Reason {
            written: hidden.place.layer,
            hidden: Some(hidden.by),
            cause: cause(stack, hidden),
            topic: Topic::of(&entry.path),
        };
        add(&mut groups, reason, &entry.path, entry.size);
    }
    for (path, place) in stack.files() {
        let size = stack.entry(place).size;
        if size == 0 {
            continue;
        }
        let Some(topic) = Topic::of(path).filter(|topic| topic.is_waste_in_sight()) else {
            continue;
        };
        let reason = Reason {
            written: place.layer,
            hidden: None,
            cause: Cause::Left,
            topic: Some(topic),
        };
        add(&mut groups, reason, path, size);
    }
    let mut waste: Vec<Waste> = groups.into_values().collect();
    waste.sort_by_key(|waste| std::cmp::Reverse(waste.bytes));
    waste.truncate(LISTED);
    for waste in &mut waste {
        waste.largest.truncate(LARGEST);
    }
    waste
}

fn cause(stack: &Stack<'_>, hidden: &Hidden) -> Cause {
    let How::Replaced(by) = hidden.how else {
        return Cause::Removed;
    };
    let (old, new) = (stack.entry(hidden.place), stack.entry(by));
    let is_retouched = new.kind == EntryKind::File
        && new.path == old.path
        && new.size == old.size
        && (new.mode, new.uid, new.gid) != (old.mode, old.uid, old.gid);
    if is_retouched {
        Cause::Retouched
    } else {
        Cause::Rewritten
    }
}

fn add(groups: &mut BTreeMap<Reason, Waste>, reason: Reason, path: &str, bytes: u64) {
    let new = || Waste {
        written: reason.written as usize,
        hidden: reason.hidden.map(|layer| layer as usize),
        cause: reason.cause,
        topic: reason.topic,
        files: 0,
        bytes: 0,
        below: path.to_owned(),
        largest: Vec::new(),
    };
    let new = new();
    let group = groups.entry(reason).or_insert(new);
    group.files += 1;
    group.bytes = group.bytes.saturating_add(bytes);
    if group.files > 1 {
        common(&mut group.below, path);
    }
    // Kept in order while it is short: the list is never much longer than what is shown.
    let at = group.largest.partition_point(|(_, known)| *known >= bytes);
    if at < LARGEST {
        group.largest.insert(at, (path.to_owned(), bytes));
        group.largest.truncate(LARGEST);
    }
}

/// Shortens a folder until it holds the path too.
fn common(below: &mut String, path: &str) {
    loop {
        let holds = path
            .strip_prefix(below.as_str())
            .is_some_and(|rest| rest.starts_with('/'));
        if holds || below.is_empty() {
            return;
        }
        let end = below.rfind('/').unwrap_or(0);
        below.truncate(end);
    }
}

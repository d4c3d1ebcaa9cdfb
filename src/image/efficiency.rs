//! What `dive` says of an image, by its own rules (version 0.13.1), its oddities among them: live copies count as
//! waste, a removed folder counts as nothing, and one stray whiteout ends the look at its layer.
//!
//! For people who have a gate with dive's figures. What is truly hidden is told by [`crate::image::Analysis`].

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
};

use serde::{Deserialize, Serialize};

use crate::image::layer::{EntryKind, Layer};

/// dive's figures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikeDive {
    /// Bytes of all layers.
    pub bytes: u64,
    /// Bytes of all layers but the first.
    pub user_bytes: u64,
    /// Bytes of all copies of paths that were seen twice or more.
    pub wasted_bytes: u64,
    /// Sum over the paths of the least size at which each was seen.
    pub least: i64,
    /// Sum over the paths of all sizes at which each was seen.
    pub seen: u64,
    /// How many paths were seen twice or more.
    pub file_count: u64,
    /// Those paths, the most bytes first; at most 10,000 of them.
    pub files: Vec<RepeatedFile>,
}

/// A path that was seen in two layers or more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatedFile {
    /// The path, with a slash before it.
    pub file: String,
    /// How often it was seen.
    pub count: u64,
    /// Bytes of all its copies.
    pub bytes: u64,
}

/// How many paths are listed.
const LISTED: usize = 10_000;

impl LikeDive {
    /// dive's efficiency, 1 where there is nothing.
    #[expect(clippy::cast_precision_loss, reason = "dive divides floats")]
    pub fn efficiency(&self) -> f64 {
        if self.seen == 0 {
            1.0
        } else {
            self.least as f64 / self.seen as f64
        }
    }

    /// Wasted bytes as a part of the layers above the first; none where these are empty.
    #[expect(clippy::cast_precision_loss, reason = "dive divides floats")]
    pub fn user_wasted_percent(&self) -> Option<f64> {
        (self.user_bytes > 0).then(|| self.wasted_bytes as f64 / self.user_bytes as f64)
    }

    /// Looks at layers, base first.
    pub fn of(layers: &[Layer]) -> Self {
        let mut seen: HashMap<&str, Seen> = HashMap::new();
        // The layers below, needed only where something is removed.
        let mut below = layers
            .iter()
            .any(|layer| layer.entries.iter().any(|entry| entry.kind == EntryKind::Whiteout))
            .then(Below::default);
        for (index, layer) in layers.iter().enumerate() {
            if let (0, Some(below)) = (index, &mut below) {
                below.add(layer, true);
            }
            look(layer, below.as_ref(), &mut seen);
            if let Some(below) = &mut below {
                below.add(layer, false);
            }
        }
        let mut like = Self {
            bytes: layers.iter().fold(0, |sum, layer| sum.saturating_add(layer.bytes)),
            user_bytes: layers
                .iter()
                .skip(1)
                .fold(0, |sum, layer| sum.saturating_add(layer.bytes)),
            ..Self::default()
        };
        let mut files: Vec<(&str, Seen)> = Vec::new();
        #[expect(
            clippy::iter_over_hash_type,
            reason = "sums do not depend on the order; the list is sorted"
        )]
        for (path, seen) in seen {
            like.least = like.least.saturating_add(seen.least);
            like.seen = like.seen.saturating_add(seen.bytes);
            if seen.count >= 2 {
                like.wasted_bytes = like.wasted_bytes.saturating_add(seen.bytes);
                files.push((path, seen));
            }
        }
        files.sort_unstable_by(|(a_path, a), (b_path, b)| b.bytes.cmp(&a.bytes).then(a_path.cmp(b_path)));
        like.file_count = files.len() as u64;
        like.files = files
            .into_iter()
            .take(LISTED)
            .map(|(path, seen)| RepeatedFile {
                file: format!("/{path}"),
                count: seen.count,
                bytes: seen.bytes,
            })
            .collect();
        like
    }
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    bytes: u64,
    least: i64,
    count: u64,
}

/// A path of a layer's own tree.
#[derive(Debug, Clone, Copy)]
struct Own<'a> {
    path: &'a str,
    whiteout: bool,
    /// Made only because something is below it.
    implied: bool,
    size: u64,
    number: usize,
}

/// Compares paths part by part, a whiteout by the name that it has in the archive.
fn order(a: &Own<'_>, b: &Own<'_>) -> std::cmp::Ordering {
    named(a).cmp(named(b)).then(a.number.cmp(&b.number))
}

/// The bytes that a path is sorted by: a slash before everything else.
fn named<'a>(own: &'a Own<'a>) -> impl Iterator<Item = u16> + 'a {
    let name_at = own.path.rfind('/').map_or(0, |slash| slash + 1);
    let (folder, name) = own.path.as_bytes().split_at(name_at);
    let marker: &[u8] = if own.whiteout { b".wh." } else { b"" };
    folder
        .iter()
        .chain(marker)
        .chain(name)
        .map(|byte| if *byte == b'/' { 0 } else { u16::from(*byte) + 1 })
}

/// Visits the paths of a layer that have none below them, in order.
fn look<'a>(layer: &'a Layer, below: Option<&Below<'a>>, seen: &mut HashMap<&'a str, Seen>) {
    let mut own: Vec<Own<'_>> = layer
        .entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| !entry.path.is_empty())
        .map(|(number, entry)| Own {
            path: &entry.path,
            whiteout: entry.kind == EntryKind::Whiteout,
            implied: entry.kind == EntryKind::Opaque,
            size: entry.size,
            number,
        })
        .collect();
    own.sort_by(order);
    let mut rest = own.as_slice();
    while let Some((first, after)) = rest.split_first() {
        // Of several entries of a path the last is taken, but for a folder that is only implied.
        let same = 1 + after
            .iter()
            .take_while(|next| next.path == first.path && next.whiteout == first.whiteout)
            .count();
        let (group, after) = rest.split_at(same);
        rest = after;
        let Some(last) = group.iter().rev().find(|own| !own.implied).or(group.last()) else {
            continue;
        };
        let has_children = !last.whiteout
            && after.first().is_some_and(|next| {
                next.path
                    .strip_prefix(last.path)
                    .is_some_and(|rest| rest.starts_with('/'))
            });
        if has_children {
            continue;
        }
        let known = seen.entry(last.path).or_insert(Seen {
            bytes: 0,
            least: -1,
            count: 0,
        });
        let size = if last.whiteout {
            match below.and_then(|below| below.removed(last.path)) {
                Some(size) => size,
                // A path that is not there ends the look at this layer.
                None => return,
            }
        } else {
            last.size
        };
        let signed = i64::try_from(size).unwrap_or(i64::MAX);
        known.bytes = known.bytes.saturating_add(size);
        known.count += 1;
        if known.least < 0 || signed < known.least {
            known.least = signed;
        }
    }
}

/// The lower layers as dive stacks them.
#[derive(Debug, Default)]
struct Below<'a> {
    nodes: BTreeMap<&'a str, BelowNode>,
}

#[derive(Debug, Clone, Copy, Default)]
struct BelowNode {
    size: u64,
    is_folder: bool,
}

impl<'a> Below<'a> {
    /// Stacks a layer; the first is copied before it is stacked, and then none of its whiteouts acts.
    fn add(&mut self, layer: &'a Layer, copied: bool) {
        let named = || layer.entries.iter().filter(|entry| !entry.path.is_empty());
        // Names are gone through in order, and a whiteout's begins with `.wh.`: few come before it.
        let (late, early): (Vec<&str>, Vec<&str>) = named()
            .filter(|entry| entry.kind == EntryKind::Whiteout && !copied)
            .map(|entry| entry.path.as_str())
            .partition(|path| path.rsplit('/').next().unwrap_or_default() < ".wh.");
        self.take_away(&early);
        // A folder that the layer does not name is one without any facts, and hides the facts from below.
        let mut folder = None;
        for entry in named() {
            let above = entry.path.rsplit_once('/').map(|(above, _)| above);
            if above.is_some() && above != folder {
                folder = above;
                for (end, _) in entry.path.match_indices('/') {
                    self.nodes.insert(&entry.path[..end], BelowNode::default());
                }
            }
            if entry.kind == EntryKind::Opaque {
                self.nodes.insert(&entry.path, BelowNode::default());
            }
        }
        for entry in named().filter(|entry| !matches!(entry.kind, EntryKind::Whiteout | EntryKind::Opaque)) {
            let node = BelowNode {
                size: entry.size,
                is_folder: entry.kind == EntryKind::Directory,
            };
            self.nodes.insert(&entry.path, node);
        }
        self.take_away(&late);
    }

    fn take_away(&mut self, paths: &[&'a str]) {
        for path in paths {
            self.nodes.remove(path);
            for (path, _) in self.inside(path) {
                self.nodes.remove(path);
            }
        }
    }

    /// What is below a path.
    fn inside(&self, path: &str) -> Vec<(&'a str, BelowNode)> {
        let first = format!("{path}/");
        self.nodes
            .range::<str, _>((Bound::Included(first.as_str()), Bound::Unbounded))
            .take_while(|(path, _)| path.starts_with(&first))
            .map(|(path, node)| (*path, *node))
            .collect()
    }

    /// What a whiteout removes below its path: nothing for a file, everything for a folder.
    fn removed(&self, path: &str) -> Option<u64> {
        let node = self.nodes.get(path)?;
        Some(if node.is_folder {
            self.inside(path)
                .iter()
                .fold(node.size, |sum, (_, node)| sum.saturating_add(node.size))
        } else {
            0
        })
    }
}

//! The visible files as a tree of folders with their sums, cut down to what can be told apart.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::image::{layer::Layer, stack::Stack};

/// A file or a folder with all below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    /// The last part of its path; empty for the root.
    pub name: String,
    /// Bytes of the files in it.
    pub bytes: u64,
    /// The layer that wrote it; of a folder the one that most of its bytes are from.
    pub layer: usize,
    /// What is in a folder, the largest first; none for a file.
    pub children: Option<Vec<Mapped>>,
}

impl Serialize for Mapped {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.children {
            Some(children) => (&self.name, self.bytes, self.layer, children).serialize(serializer),
            None => (&self.name, self.bytes, self.layer).serialize(serializer),
        }
    }
}

/// How deep the tree goes; deeper files count for the folder at that depth.
const DEPTH: usize = 12;

#[derive(Default)]
struct Folder<'a> {
    bytes: u64,
    by_layer: BTreeMap<usize, u64>,
    folders: BTreeMap<&'a str, Folder<'a>>,
    files: Vec<(&'a str, u64, usize)>,
}

impl Mapped {
    /// The files of an image. What is smaller than the `least` part of the whole (1 in so many) is told together.
    pub fn of(layers: &[Layer], least: u64) -> Self {
        let stack = Stack::of(layers);
        let mut root = Folder::default();
        for (path, place) in stack.files() {
            let size = stack.entry(place).size;
            if size == 0 {
                continue;
            }
            let layer = place.layer as usize;
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            let mut folder = &mut root;
            folder.add(size, layer);
            for part in above.split('/').filter(|part| !part.is_empty()).take(DEPTH) {
                folder = folder.folders.entry(part).or_default();
                folder.add(size, layer);
            }
            folder.files.push((name, size, layer));
        }
        let least = root.bytes / least.max(1);
        root.cut("", least)
    }
}

impl Folder<'_> {
    fn add(&mut self, bytes: u64, layer: usize) {
        self.bytes = self.bytes.saturating_add(bytes);
        let sum = self.by_layer.entry(layer).or_default();
        *sum = sum.saturating_add(bytes);
    }

    fn layer(&self) -> usize {
        let most = self.by_layer.iter().max_by_key(|(_, bytes)| **bytes);
        most.map_or(0, |(layer, _)| *layer)
    }

    fn cut(&self, name: &str, least: u64) -> Mapped {
        let mut children = Vec::new();
        let mut rest = (0_u64, 0_u64, self.layer());
        let mut small = |bytes: u64| {
            rest.0 += 1;
            rest.1 = rest.1.saturating_add(bytes);
        };
        for (name, folder) in &self.folders {
            if folder.bytes >= least {
                children.push(folder.cut(name, least));
            } else {
                small(folder.bytes);
            }
        }
        for (name, bytes, layer) in &self.files {
            if *bytes >= least {
                children.push(Mapped {
                    name: (*name).to_owned(),
                    bytes: *bytes,
                    layer: *layer,
                    children: None,
                });
            } else {
                small(*bytes);
            }
        }
        if rest.0 > 0 {
            children.push(Mapped {
                name: say!("({} smaller)", rest.0),
                bytes: rest.1,
                layer: rest.2,
                children: None,
            });
        }
        children.sort_by_key(|child| std::cmp::Reverse(child.bytes));
        Mapped {
            name: name.to_owned(),
            bytes: self.bytes,
            layer: self.layer(),
            children: Some(children),
        }
    }
}

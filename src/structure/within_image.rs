//! Questions about files answered from an image's layers.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    questions::FileQuestions,
    seen::{FileKind, FileSeen, FilesSeen},
    suite::Mode,
};
use crate::image::{EntryKind, Image, Node, Tree};

/// How a link at the end of a path that is read is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// As Linux does.
    Links,
    /// As container-structure-test does on an engine: one that is not absolute counts from the root.
    FromRoot,
}

/// How many links are followed for a path, as Linux does.
const LINKS: usize = 40;

/// The files whose contents are needed, as the layers name them. Where it names others than were kept, the image has to be
/// read again with these.
pub fn kept_files(image: &Image, questions: &FileQuestions, follows: Follows) -> BTreeSet<String> {
    let tree = Tree::merge(&image.layers);
    let listed = questions
        .list
        .iter()
        .flat_map(|(folder, file)| documents(&tree, folder, file));
    questions
        .read
        .iter()
        .cloned()
        .chain(listed)
        .filter_map(|path| {
            let found = followed(&tree, &path, follows).ok()?;
            Some(stored(&tree, &found).unwrap_or(found))
        })
        .collect()
}

/// The files of one name in every folder of a folder.
fn documents(tree: &Tree, folder: &str, file: &str) -> Vec<String> {
    let Ok(found) = locate(tree, folder, true) else {
        return Vec::new();
    };
    tree.folders_in(&found)
        .map(|name| format!("{folder}/{name}/{file}"))
        .collect()
}

/// Answers from an image whose needed files were kept.
pub fn answer_from(image: &Image, questions: &FileQuestions, mode: Mode, follows: Follows) -> FilesSeen {
    let tree = Tree::merge(&image.layers);
    let mut seen = FilesSeen::default();
    for path in &questions.look {
        seen.looked.insert(path.clone(), look(&tree, path, mode));
    }
    let mut read: BTreeSet<String> = questions.read.clone();
    for (folder, file) in &questions.list {
        let listed =
            locate(&tree, folder, true).map(|found| tree.folders_in(&found).map(str::to_owned).collect::<Vec<_>>());
        seen.listed.insert(folder.clone(), listed);
        read.extend(documents(&tree, folder, file));
    }
    for path in read {
        let text = followed(&tree, &path, follows).and_then(|found| content(image, &tree, &found));
        seen.read.insert(path, text);
    }
    seen
}

fn missing() -> String {
    say!("it does not exist").to_owned()
}

/// The path of the file that a path leads to.
fn followed(tree: &Tree, path: &str, follows: Follows) -> Result<String, String> {
    if follows == Follows::Links {
        return locate(tree, path, true);
    }
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let found = locate(tree, &path, false)?;
        match tree.get(&found).map(|node| &node.kind) {
            Some(EntryKind::Symlink(target)) => path.clone_from(target),
            _ => return Ok(found),
        }
    }
    Err(say!("its links lead in a circle").to_owned())
}

/// The path that a path leads to, with links in the folders above it followed, and `follows` the one at its end too.
fn locate(tree: &Tree, path: &str, follows: bool) -> Result<String, String> {
    let mut left: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
    let follows = follows || path.ends_with('/');
    let mut found = String::new();
    let mut links = 0;
    while let Some(part) = left.pop() {
        match part.as_str() {
            "" | "." => continue,
            ".." => {
                let end = found.rfind('/').unwrap_or(0);
                found.truncate(end);
                continue;
            }
            _ => {}
        }
        let next = if found.is_empty() {
            part
        } else {
            format!("{found}/{part}")
        };
        let is_last = left.iter().all(|part| matches!(part.as_str(), "" | "."));
        match tree.get(&next).map(|node| &node.kind) {
            Some(EntryKind::Symlink(target)) if !is_last || follows => {
                links += 1;
                if links > LINKS {
                    return Err(say!("its links lead in a circle").to_owned());
                }
                if target.starts_with('/') {
                    found.clear();
                }
                left.extend(target.split('/').rev().map(str::to_owned));
            }
            Some(EntryKind::Directory) => found = next,
            Some(_) if !is_last => return Err(missing()),
            Some(_) => found = next,
            None if tree.has_below(&next) => found = next,
            None => return Err(missing()),
        }
    }
    Ok(found)
}

fn look(tree: &Tree, path: &str, mode: Mode) -> Result<FileSeen, String> {
    let found = locate(tree, path, false)?;
    let Some(node) = tree.get(&found) else {
        // A folder that no layer names, such as the root.
        return Ok(FileSeen {
            kind: FileKind::Directory,
            mode: 0o755,
            owner: Some((0, 0)),
            ..FileSeen::default()
        });
    };
    if path.ends_with('/') && node.kind != EntryKind::Directory {
        return Err(missing());
    }
    let kind = match &node.kind {
        EntryKind::Directory => FileKind::Directory,
        EntryKind::Symlink(_) => FileKind::Symlink,
        EntryKind::Special if mode == Mode::Strict => {
            return Err(say!("it is a device or a pipe, which container-structure-test does not find").to_owned());
        }
        EntryKind::Special => FileKind::Other,
        _ => FileKind::File,
    };
    Ok(FileSeen {
        kind,
        mode: node.mode,
        owner: Some((node.uid.into(), node.gid.into())),
        size: node.size,
        link: match &node.kind {
            EntryKind::Symlink(target) => Some(target.clone()),
            _ => None,
        },
    })
}

/// The path under which the bytes of a hard link are stored.
fn stored(tree: &Tree, path: &str) -> Option<String> {
    let mut path = path;
    for _ in 0..LINKS {
        match tree.get(path).map(|node| &node.kind) {
            Some(EntryKind::Hardlink(target)) => path = target,
            _ => return Some(path.to_owned()),
        }
    }
    None
}

fn content(image: &Image, tree: &Tree, path: &str) -> Result<Vec<u8>, String> {
    let node = tree.get(path);
    match node.map(|node| &node.kind) {
        Some(EntryKind::File | EntryKind::Hardlink(_)) => {}
        Some(EntryKind::Special) => return Err(say!("it is a device or a pipe").to_owned()),
        _ => return Err(say!("it is a directory, not a file").to_owned()),
    }
    let kept = |node: &Node, path: &str| -> Option<&Vec<u8>> {
        let layers = image.layers.get(..=node.layer)?;
        let kept: Vec<&BTreeMap<String, Vec<u8>>> = layers.iter().map(|layer| &layer.kept).collect();
        kept.into_iter().rev().find_map(|kept| kept.get(path))
    };
    let name = stored(tree, path).unwrap_or_else(|| path.to_owned());
    let bytes = node.and_then(|node| kept(node, &name));
    let bytes = bytes.ok_or_else(|| say!("its content was not kept").to_owned())?;
    if (bytes.len() as u64) < node.map_or(0, |node| node.size) {
        return Err(too_large());
    }
    Ok(bytes.clone())
}

/// Why a large file is not read.
fn too_large() -> String {
    say!("it is larger than 8 MB, which is not read").to_owned()
}

//! Two images beside each other: what grew, what shrank.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::image::analysis::Analysis;

/// How two images differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    /// How many of their first layers are the same.
    pub shared_layers: usize,
    /// The folders that differ most, the largest difference first; at most 40.
    pub folders: Vec<Grown>,
}

/// A folder's visible bytes in each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Grown {
    /// The folder.
    pub path: String,
    /// In the first.
    pub before: u64,
    /// In the second.
    pub after: u64,
}

impl Grown {
    fn by(&self) -> u64 {
        self.before.abs_diff(self.after)
    }
}

/// How many folders are listed.
const LISTED: usize = 40;

impl Comparison {
    /// Compares two images.
    pub fn of(first: &Analysis, second: &Analysis) -> Self {
        let shared_layers = first
            .layers
            .iter()
            .zip(&second.layers)
            .take_while(|(a, b)| !a.diff_id.is_empty() && a.diff_id == b.diff_id)
            .count();
        let mut folders: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for folder in &first.folders {
            folders.entry(&folder.path).or_default().0 = folder.bytes;
        }
        for folder in &second.folders {
            folders.entry(&folder.path).or_default().1 = folder.bytes;
        }
        let all: Vec<Grown> = folders
            .into_iter()
            .filter(|(_, (before, after))| before != after)
            .map(|(path, (before, after))| Grown {
                path: path.to_owned(),
                before,
                after,
            })
            .collect();
        // A folder that owes most of its difference to one inside it says nothing of its own.
        let is_told_by_another = |folder: &Grown| {
            all.iter().any(|other| {
                let is_inside = other
                    .path
                    .strip_prefix(folder.path.as_str())
                    .is_some_and(|rest| rest.starts_with('/'));
                is_inside
                    && (other.after > other.before) == (folder.after > folder.before)
                    && other.by() >= folder.by() / 5 * 4
            })
        };
        let mut told: Vec<Grown> = all
            .iter()
            .filter(|folder| !is_told_by_another(folder))
            .cloned()
            .collect();
        told.sort_by_key(|folder| std::cmp::Reverse(folder.by()));
        told.truncate(LISTED);
        Self {
            shared_layers,
            folders: told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Folder;

    #[test]
    fn the_folder_that_explains_the_difference_is_named() {
        let of = |folders: &[(&str, u64)]| Analysis {
            folders: folders
                .iter()
                .map(|(path, bytes)| Folder {
                    path: (*path).to_owned(),
                    bytes: *bytes,
                    files: 1,
                })
                .collect(),
            ..Analysis::default()
        };
        let first = of(&[("usr", 1000), ("usr/lib", 900), ("usr/bin", 100), ("var", 5)]);
        let second = of(&[("usr", 150), ("usr/lib", 60), ("usr/bin", 90), ("var", 5), ("opt", 7)]);
        let found = Comparison::of(&first, &second);
        let paths: Vec<&str> = found.folders.iter().map(|folder| folder.path.as_str()).collect();
        assert_eq!(paths, ["usr/lib", "usr/bin", "opt"]);
    }
}

//! Analyses of images that were read before, so that an image whose layers are known is not read again.

use std::path::{Path, PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::disk::{atomic_write::write, folder::make_folder, text_file::read_text};

/// How many are kept; the oldest give way.
const KEPT: usize = 400;
/// How large one may be, and all of them together, in bytes.
const LIMIT: u64 = 16 * 1024 * 1024;
const TOGETHER: u64 = 256 * 1024 * 1024;

/// A folder of analyses. It is a cache: what cannot be read or written is done without.
#[derive(Debug, Clone)]
pub struct Analyses {
    folder: Option<PathBuf>,
}

impl Analyses {
    /// Those below the folder for caches; none are kept if that folder does not exist.
    pub fn below(cache: Option<&Path>) -> Self {
        Self {
            folder: cache.map(|folder| folder.join("dockerlab").join("analyses")),
        }
    }

    /// The name of an analysis: a hash of all that it depends on.
    pub fn key<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
        hex::encode(&hasher.finalize()[..16])
    }

    /// The analysis of this name, when it was kept.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let path = self.folder.as_ref()?.join(format!("{key}.json"));
        serde_json::from_str(&read_text(&path, key, LIMIT).ok()??).ok()
    }

    /// Keeps an analysis.
    pub fn put<T: Serialize>(&self, key: &str, analysis: &T) {
        let Some(folder) = &self.folder else {
            return;
        };
        let keep = || {
            let text = serde_json::to_vec(analysis)?;
            if text.len() as u64 > LIMIT {
                return Ok(());
            }
            make_folder(folder)?;
            write(&folder.join(format!("{key}.json")), &text)?;
            let mut found = Vec::new();
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let about = entry.metadata()?;
                found.push((about.modified()?, about.len(), entry.path()));
            }
            found.sort();
            let mut bytes: u64 = found.iter().map(|(_, bytes, _)| bytes).sum();
            let mut count = found.len();
            for (_, size, old) in &found {
                if count <= KEPT && bytes <= TOGETHER {
                    break;
                }
                std::fs::remove_file(old)?;
                count -= 1;
                bytes -= size;
            }
            Ok::<(), std::io::Error>(())
        };
        // The next check reads the image once more: slower, and not wrong.
        keep().ok();
    }

    /// Removes all of them; returns how many there were.
    pub fn clear(&self) -> usize {
        let Some(folder) = &self.folder else {
            return 0;
        };
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .filter(|entry| std::fs::remove_file(entry.path()).is_ok())
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::evidence::ImageEvidence;

    #[test]
    fn what_was_kept_is_found_again_and_a_damaged_one_is_done_without() {
        let folder = tempfile::tempdir().unwrap();
        let analyses = Analyses::below(Some(folder.path()));
        let key = Analyses::key(["a", "bc"]);
        assert_ne!(key, Analyses::key(["ab", "c"]));
        assert_eq!(analyses.get::<ImageEvidence>(&key), None);
        let evidence = ImageEvidence {
            id: "sha256:1".to_owned(),
            ..ImageEvidence::default()
        };
        analyses.put(&key, &evidence);
        assert_eq!(analyses.get(&key), Some(evidence));
        let file = folder.path().join("dockerlab/analyses").join(format!("{key}.json"));
        write(&file, b"{").unwrap();
        assert_eq!(analyses.get::<ImageEvidence>(&key), None);
        assert_eq!(analyses.clear(), 1);
        Analyses::below(None).put(&key, &ImageEvidence::default());
    }
}

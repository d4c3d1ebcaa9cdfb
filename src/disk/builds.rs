//! The last builds of each task, kept to say what the cache did in the next.

use std::io::Read;

use sha2::{Digest, Sha256};

use crate::{
    build_context::{BuildContext, EntryKind},
    check::{
        BuildRecord,
        evidence::{BuildEvidence, SourceFile},
    },
    disk::{atomic_write::write, context::Context, folder::make_folder, text_file::read_text, workspace::Workspace},
    error::Error,
};

/// How many builds of a task are kept, how many files are told apart, and how many bytes of them are read.
const KEPT: usize = 5;
const FILES: usize = 20_000;
const READ: u64 = 128 * 1024 * 1024;
/// How large the file of a task's builds may be.
const LIMIT: u64 = 32 * 1024 * 1024;

impl Workspace {
    /// The last builds of a task, the oldest first. What cannot be read is done without.
    pub fn builds(&self, task: &str) -> Vec<BuildRecord> {
        let path = self.ours().join("builds").join(format!("{task}.json"));
        let text = read_text(&path, "builds", LIMIT).ok().flatten();
        text.and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Keeps a build.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_build(
        &self,
        task: &str,
        source: &SourceFile,
        context: &Context,
        built: &BuildEvidence,
        at: &str,
    ) -> Result<(), Error> {
        let told = |error: std::io::Error| Error::io(say!("cannot keep the build in `.dockerlab/builds`")).cause(error);
        let mut builds = self.builds(task);
        builds.push(BuildRecord {
            at: at.to_owned(),
            dockerfile: source.clone(),
            files: hashes(context),
            steps: built.steps.clone(),
            image_id: built.image_id.clone(),
        });
        forget_surplus(&mut builds);
        let folder = self.ours().join("builds");
        make_folder(&folder).map_err(told)?;
        let text = serde_json::to_vec(&builds).map_err(|error| told(error.into()))?;
        write(&folder.join(format!("{task}.json")), &text).map_err(told)
    }
}

/// Keeps the last builds, and the last that made an image: `run` and others look for it.
fn forget_surplus(builds: &mut Vec<BuildRecord>) {
    let last_image = builds.iter().rposition(|build| build.image_id.is_some());
    let surplus = builds.len().saturating_sub(KEPT);
    let kept = last_image
        .filter(|index| *index < surplus)
        .map(|index| builds[index].clone());
    builds.drain(..surplus);
    if let Some(kept) = kept {
        builds[0] = kept;
    }
}

/// A hash of each file: what BuildKit looks at, its contents and mode, and not its time.
fn hashes(context: &Context) -> std::collections::BTreeMap<String, String> {
    let mut left = READ;
    context
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.kind != EntryKind::Directory)
        .take(FILES)
        .map(|(index, entry)| {
            let mut hasher = Sha256::new();
            hasher.update(entry.mode.to_le_bytes());
            match &entry.kind {
                EntryKind::Symlink { target } => hasher.update(target),
                EntryKind::File { size } if *size <= left => {
                    left -= size;
                    let mut bytes = Vec::new();
                    if let Ok(file) = context.open(index)
                        && file.take(*size).read_to_end(&mut bytes).is_ok()
                    {
                        hasher.update(&bytes);
                    }
                }
                // Too much to read: its time has to do.
                EntryKind::File { size } => {
                    hasher.update(size.to_le_bytes());
                    hasher.update(entry.modified_ns.to_le_bytes());
                }
                EntryKind::Directory => {}
            }
            (entry.path.clone(), hex::encode(&hasher.finalize()[..8]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(image: Option<&str>) -> BuildRecord {
        BuildRecord {
            image_id: image.map(str::to_owned),
            ..BuildRecord::default()
        }
    }

    #[test]
    fn the_last_image_is_kept_however_many_builds_fail() {
        let mut builds = vec![build(Some("a")), build(Some("b"))];
        for _ in 0..20 {
            builds.push(build(None));
            forget_surplus(&mut builds);
        }
        assert_eq!(builds.len(), KEPT);
        assert_eq!(builds[0].image_id.as_deref(), Some("b"));
        builds.push(build(Some("c")));
        forget_surplus(&mut builds);
        let images: Vec<_> = builds.iter().filter_map(|build| build.image_id.as_deref()).collect();
        assert_eq!(images, ["c"], "the latest image is among the last builds");
    }
}

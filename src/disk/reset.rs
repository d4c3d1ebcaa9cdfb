//! Putting tasks back to the beginning: several files and the state change together, or not at all.
//!
//! What is to change is first written down in `.dockerlab/reset.json`, whole. From then on the reset has happened: when
//! the program dies, the next command does what is left of it.

use std::{
    collections::BTreeMap,
    io,
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    disk::{
        atomic_write::write,
        folder::{make_folder, sync_folder},
        owner,
        state::Lock,
        text_file::read_own,
        workspace::Workspace,
    },
    error::Error,
    regular_file,
};

/// How large the journal may be, and one of the files that it is about, in bytes.
const LIMIT: u64 = 64 * 1024 * 1024;

/// What a reset changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// When it was begun; names the folder of its backups.
    stamp: String,
    /// The tasks whose progress is forgotten.
    forgotten: Vec<String>,
    /// The texts that files get, by name; a file without one is removed.
    files: BTreeMap<String, Option<String>>,
    /// Where what the files held is kept, relative to the workspace.
    #[serde(default)]
    backups: BTreeMap<String, PathBuf>,
}

impl Reset {
    /// One that forgets tasks and gives files these texts; a file without a text is removed.
    pub fn new(stamp: String, forgotten: Vec<String>, files: BTreeMap<String, Option<String>>) -> Self {
        Self {
            stamp,
            forgotten,
            files,
            backups: BTreeMap::new(),
        }
    }
}

/// What a reset came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackedUp {
    /// The copy of the progress.
    pub state: Option<PathBuf>,
    /// The copies of files, by name.
    pub files: BTreeMap<String, PathBuf>,
}

impl Workspace {
    /// Backs up what a reset replaces, then does it.
    ///
    /// # Errors
    /// When something cannot be backed up or written. Before it was written down nothing is changed; after that the
    /// next command does what is left.
    pub fn reset(&self, mut reset: Reset, lock: &Lock) -> Result<BackedUp, Error> {
        let state = self.back_up_state(&reset.stamp)?;
        for name in reset.files.keys() {
            if let Some(kept) = self.back_up(name, &reset.stamp)? {
                reset.backups.insert(name.clone(), kept);
            }
        }
        let path = self.journal();
        let text = serde_json::to_vec(&reset).map_err(io::Error::from);
        text.and_then(|text| write(&path, &text))
            .map_err(|error| owner::refused(Error::io(say!("cannot start the reset")), &path, error))?;
        self.carry_out(&reset, lock)?;
        Ok(BackedUp {
            state,
            files: reset.backups,
        })
    }

    /// Whether a reset was begun and not ended.
    pub fn is_resetting(&self) -> bool {
        self.journal().symlink_metadata().is_ok()
    }

    /// Does what a reset that was killed has left to do; nothing where there is none.
    ///
    /// # Errors
    /// When it cannot be done, or what is written down is damaged.
    pub fn finish_reset(&self, lock: &Lock) -> Result<(), Error> {
        let path = self.journal();
        let shown = ".dockerlab/reset.json";
        let Some(text) = read_own(&path, LIMIT).map_err(|unread| unread.told(&path, shown))? else {
            return Ok(());
        };
        let reset: Reset = serde_json::from_str(&text).map_err(|error| {
            Error::usage(say!("`{shown}` is damaged"; shown))
                .cause(error)
                .help(say!("remove it; this leaves an interrupted reset unfinished"))
        })?;
        self.carry_out(&reset, lock)
    }

    fn carry_out(&self, reset: &Reset, lock: &Lock) -> Result<(), Error> {
        for (name, text) in &reset.files {
            let path = self.root().join(name);
            if !is_inside(Path::new(name)) {
                return Err(Error::usage(say!("`{path}` is outside the workspace"; path = name)));
            }
            let now = held(&path);
            if path.symlink_metadata().is_ok() && now.as_deref() != text.as_ref().map(String::as_bytes) {
                // Nothing that was saved since the backup is lost.
                let kept = reset.backups.get(name).filter(|kept| is_inside(kept));
                if now.is_none() || kept.and_then(|kept| held(&self.root().join(kept))) != now {
                    self.back_up(name, &reset.stamp)?;
                }
            }
            let put = || match text {
                Some(text) if now.as_deref() == Some(text.as_bytes()) => Ok(()),
                Some(text) => {
                    if let Some(folder) = path.parent() {
                        make_folder(folder)?;
                    }
                    write(&path, text.as_bytes())
                }
                None => match std::fs::remove_file(&path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                    removed => removed,
                },
            };
            put().map_err(|error| owner::refused(Error::io(say!("cannot write `{name}`"; name)), &path, error))?;
        }
        let mut progress = self.progress(&reset.stamp)?.progress;
        for task in &reset.forgotten {
            progress.forget(task);
        }
        self.save(&progress, lock)?;
        let path = self.journal();
        std::fs::remove_file(&path)
            .map_err(|error| owner::refused(Error::io(say!("cannot finish the reset")), &path, error))?;
        sync_folder(&path);
        Ok(())
    }

    fn journal(&self) -> PathBuf {
        self.ours().join("reset.json")
    }
}

/// What a regular file holds; none where there is none, or it is too large to be a text of anybody's.
fn held(path: &Path) -> Option<Vec<u8>> {
    regular_file::refuse_link(path).ok()?;
    let bytes = regular_file::read(path, LIMIT).ok()?;
    (bytes.len() as u64 <= LIMIT).then_some(bytes)
}

fn is_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{interrupt::Interrupt, progress::TaskProgress};

    fn begun() -> (tempfile::TempDir, Workspace, Reset) {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(dir.path()).unwrap();
        let lock = workspace.lock(&Interrupt::default()).unwrap();
        let mut progress = workspace.progress("t").unwrap().progress;
        progress.tasks.insert("1".to_owned(), TaskProgress::default());
        progress.tasks.insert("2".to_owned(), TaskProgress::default());
        workspace.save(&progress, &lock).unwrap();
        crate::disk::atomic_write::create(&dir.path().join("a"), b"mine").unwrap();
        crate::disk::atomic_write::create(&dir.path().join("b"), b"mine too").unwrap();
        let files = [("a".to_owned(), Some("new".to_owned())), ("b".to_owned(), None)].into();
        let reset = Reset::new("t".to_owned(), vec!["1".to_owned()], files);
        (dir, workspace, reset)
    }

    fn text(workspace: &Workspace, name: impl AsRef<Path>) -> Option<String> {
        held(&workspace.root().join(name)).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_reset_replaces_what_it_has_backed_up() {
        let (_dir, workspace, reset) = begun();
        let lock = workspace.lock(&Interrupt::default()).unwrap();
        let kept = workspace.reset(reset, &lock).unwrap();
        assert_eq!(text(&workspace, "a").as_deref(), Some("new"));
        assert_eq!(text(&workspace, "b"), None);
        assert_eq!(text(&workspace, &kept.files["a"]).as_deref(), Some("mine"));
        assert_eq!(text(&workspace, &kept.files["b"]).as_deref(), Some("mine too"));
        assert!(text(&workspace, kept.state.unwrap()).unwrap().contains("\"1\""));
        let tasks = workspace.progress("t").unwrap().progress.tasks;
        assert_eq!(tasks.keys().collect::<Vec<_>>(), ["2"]);
        assert!(!workspace.is_resetting());
    }

    #[test]
    fn a_reset_that_was_written_down_is_finished_and_nothing_saved_since_is_lost() {
        let (_dir, workspace, mut reset) = begun();
        let kept = workspace.back_up("a", "t").unwrap().unwrap();
        reset.backups.insert("a".to_owned(), kept);
        write(&workspace.journal(), &serde_json::to_vec(&reset).unwrap()).unwrap();
        write(&workspace.root().join("a"), b"saved since").unwrap();
        assert!(workspace.is_resetting());
        let lock = workspace.lock(&Interrupt::default()).unwrap();
        workspace.finish_reset(&lock).unwrap();
        assert_eq!(text(&workspace, "a").as_deref(), Some("new"));
        assert_eq!(text(&workspace, "b"), None);
        assert_eq!(text(&workspace, ".dockerlab/backup/t/a").as_deref(), Some("mine"));
        assert_eq!(
            text(&workspace, ".dockerlab/backup/t/a.2").as_deref(),
            Some("saved since")
        );
        assert_eq!(text(&workspace, ".dockerlab/backup/t/b").as_deref(), Some("mine too"));
        assert!(!workspace.is_resetting());
        workspace.finish_reset(&lock).unwrap();
    }

    #[test]
    fn a_journal_cannot_lead_out_of_the_workspace() {
        let (_dir, workspace, mut reset) = begun();
        reset.files = [("../out".to_owned(), Some("x".to_owned()))].into();
        write(&workspace.journal(), &serde_json::to_vec(&reset).unwrap()).unwrap();
        let lock = workspace.lock(&Interrupt::default()).unwrap();
        assert!(workspace.finish_reset(&lock).is_err());
        assert!(!workspace.root().join("../out").exists());
    }
}

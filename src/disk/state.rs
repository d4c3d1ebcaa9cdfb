//! The state file: versioned, locked, written whole or not at all, and never thrown away silently.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::Serialize;
use serde_json::Value;

use crate::{
    disk::{
        atomic_write::write,
        folder::free_name,
        owner,
        place::random_id,
        seal::{KEY_FILE, Key},
        text_file::{Unread, read_own},
        workspace::Workspace,
    },
    error::Error,
    interrupt::Interrupt,
    progress::{Progress, STATE_VERSION},
    regular_file::{self, Unopened},
};

/// The first format that is sealed.
const FIRST_SEALED: u32 = 3;
/// The largest state file that is read.
const STATE_LIMIT: u64 = 64 * 1024 * 1024;
/// The state file in `.dockerlab`.
pub(super) const STATE_FILE: &str = "state.json";
/// How long another command of ours is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Held while a command reads and changes the state; the system lets go of it when the program dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Progress as it was opened.
#[derive(Debug)]
pub struct Opened {
    /// The progress; a new one where there was none.
    pub progress: Progress,
    /// Whether the file has it with this identity: false on a first start, and when an older program wrote it.
    pub is_saved: bool,
}

/// The file: the progress and its seal.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(flatten)]
    progress: &'a Progress,
    /// HMAC-SHA256 of what [`sealed`] returns, hexadecimal.
    seal: String,
}

/// What the seal of a file says of it.
pub(super) enum Seal {
    /// It was written before there were seals.
    NotYet,
    /// Nothing else wrote into it; the seal.
    Holds(String),
    /// Something else did.
    Broken,
}

impl Seal {
    /// The one of a file in a workspace's own folder.
    fn of(mut file: Value, ours: &Path) -> Self {
        let version = file.get("version").and_then(Value::as_u64);
        // A key that is there was there when the file was written: before there were seals there was none.
        if version.is_some_and(|version| version < u64::from(FIRST_SEALED)) && !ours.join(KEY_FILE).exists() {
            return Self::NotYet;
        }
        let seal = file.as_object_mut().and_then(|file| file.remove("seal"));
        let seal = seal.as_ref().and_then(Value::as_str);
        match (seal, Key::read(ours), sealed(&file)) {
            (Some(seal), Some(key), Ok(bytes)) if key.holds(&bytes, seal) => Self::Holds(seal.to_owned()),
            _ => Self::Broken,
        }
    }
}

/// What a seal is about: all that the file says but the seal, whatever a program of another version understands of it, and
/// whatever its blanks and line breaks.
fn sealed(file: &Value) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(file)
}

/// The record in a workspace's own folder, only read: what it says, where it can be read, and its seal.
pub(super) fn record(ours: &Path) -> (Option<Progress>, Seal) {
    let text = read_own(&ours.join(STATE_FILE), STATE_LIMIT).ok().flatten();
    let text = text.unwrap_or_default();
    let file = serde_json::from_str(&text).unwrap_or_default();
    (serde_json::from_str(&text).ok(), Seal::of(file, ours))
}

impl Workspace {
    /// Takes the workspace's lock, waiting for another command of ours for at most ten seconds, or until the person
    /// asks to stop.
    ///
    /// # Errors
    /// When another one holds it for longer, or the file cannot be made or opened.
    pub fn lock(&self, interrupt: &Interrupt) -> Result<Lock, Error> {
        let path = self.ours().join("lock");
        let message = || Error::io(say!("cannot lock the workspace `{}`", self.root().display()));
        let file = self.lock_file(&path).map_err(|unopened| match unopened {
            Unopened::NotAFile(what) => Error::usage(say!("`.dockerlab/lock` is {what}, not a file"; what))
                .help(say!("remove it; dockerlab creates it again")),
            Unopened::Refused(error) => owner::refused(message(), &path, error),
        })?;
        let end = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) if interrupt.is_asked() => return Err(Error::interrupted()),
                Err(TryLockError::WouldBlock) if Instant::now() < end => std::thread::sleep(Duration::from_millis(50)),
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::usage(say!("another dockerlab is working in this workspace"))
                        .help(say!("wait until it is done, or stop it")));
                }
                Err(TryLockError::Error(error)) => return Err(message().cause(error)),
            }
        }
    }

    fn lock_file(&self, path: &Path) -> Result<File, Unopened> {
        regular_file::refuse_link(path)?;
        let is_new = !path.exists();
        let opened = regular_file::open_with(path, OpenOptions::new().create(true).truncate(false).write(true));
        match opened {
            Ok(file) => {
                if is_new {
                    owner::of_the_folder_around(path)?;
                }
                Ok(file)
            }
            // A file that may only be read can be locked as well.
            Err(Unopened::Refused(error)) if error.kind() == io::ErrorKind::PermissionDenied && !is_new => {
                regular_file::open(path)
            }
            Err(unopened) => Err(unopened),
        }
    }

    fn state_file(&self) -> PathBuf {
        self.ours().join(STATE_FILE)
    }

    /// Reads the progress.
    ///
    /// # Errors
    /// When the file is damaged: it is then set aside under a dated name, which the error tells, and the next command
    /// starts again. When a newer program wrote it, or the system refuses to read it: then nothing is touched.
    pub fn progress(&self, today: &str) -> Result<Opened, Error> {
        let path = self.state_file();
        let damaged = |why: String, line: Option<usize>| {
            let place = line.map(|line| format!(":{line}")).unwrap_or_default();
            let error =
                Error::usage(say!("the state file `.dockerlab/state.json{place}` is damaged"; place)).cause(why);
            let target = free_name(&self.ours(), &format!("state.damaged-{today}"), ".json");
            match std::fs::rename(&path, self.ours().join(&target)) {
                Ok(()) => error.help(
                    say!("it was moved to `.dockerlab/{target}`; fix it and move it back, or continue without it: \
                          the next command starts with no progress"; target),
                ),
                Err(failed) => error.cause(say!("and it could not be moved away: {failed}"; failed)),
            }
        };
        let shown = ".dockerlab/state.json";
        let text = match read_own(&path, STATE_LIMIT) {
            Ok(Some(text)) => text,
            Ok(None) => {
                return Ok(Opened {
                    progress: Progress::new(random_id()),
                    is_saved: false,
                });
            }
            Err(unread @ (Unread::TooLarge(_) | Unread::NotText(_))) => {
                return Err(damaged(unread.told(&path, shown).message().to_owned(), None));
            }
            Err(unread) => return Err(unread.told(&path, shown)),
        };
        let file = serde_json::from_str::<Value>(&text).unwrap_or_default();
        let version = file.get("version").and_then(Value::as_u64);
        if let Some(version) = version
            && version > u64::from(STATE_VERSION)
        {
            return Err(Error::usage(say!("the state file was written by a newer dockerlab (format {version}; this one reads up to {STATE_VERSION})"; version, STATE_VERSION))
            .help(say!("update dockerlab; nothing was changed")));
        }
        match serde_json::from_str::<Progress>(&text) {
            Ok(mut progress) => {
                progress.edited |= matches!(Seal::of(file, &self.ours()), Seal::Broken);
                let is_saved = progress.version == STATE_VERSION;
                progress.migrate(random_id);
                Ok(Opened { progress, is_saved })
            }
            Err(error) => Err(damaged(error.to_string(), Some(error.line()))),
        }
    }

    /// Writes the progress, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written; the old one is then still there.
    pub fn save(&self, progress: &Progress, _lock: &Lock) -> Result<(), Error> {
        let path = self.state_file();
        let told = |error: io::Error| {
            let message = Error::io(say!("cannot save your progress in `.dockerlab/state.json`")).help(say!(
                "is the disk full, or the folder read-only? Nothing was lost: your earlier progress is unchanged"
            ));
            owner::refused(message, &path, error)
        };
        let key = Key::read_or_make(&self.ours()).map_err(told)?;
        // As it is read back, so that a number has one spelling.
        let file = serde_json::to_string(progress).and_then(|text| serde_json::from_str(&text));
        let record = file.and_then(|file| sealed(&file)).map(|bytes| Record {
            progress,
            seal: key.seal(&bytes),
        });
        let text = record.and_then(|record| serde_json::to_vec_pretty(&record));
        let mut text = text.map_err(|error| told(error.into()))?;
        text.push(b'\n');
        write(&path, &text).map_err(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_version_is_refused_and_this_one_read() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(folder.path()).unwrap();
        let mut progress = Progress::new("w".to_owned());
        let lock = workspace.lock(&Interrupt::default()).unwrap();
        workspace.save(&progress, &lock).unwrap();
        let opened = workspace.progress("today").unwrap();
        assert!(opened.is_saved && opened.progress == progress);
        progress.version = STATE_VERSION + 1;
        workspace.save(&progress, &lock).unwrap();
        let error = workspace.progress("today").unwrap_err();
        assert!(error.message().contains("newer dockerlab"), "{error}");
        assert!(workspace.state_file().is_file(), "nothing was touched");
    }

    #[test]
    fn what_something_else_wrote_into_the_record_is_seen_and_stays_seen() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(folder.path()).unwrap();
        let lock = workspace.lock(&Interrupt::default()).unwrap();
        let mut progress = Progress::new("w".to_owned());
        progress.give_up("1", "2026-01-01T00:00:00Z".to_owned());
        workspace.save(&progress, &lock).unwrap();
        let read = || workspace.progress("today").unwrap().progress;
        let text = std::fs::read_to_string(workspace.state_file()).unwrap();
        let put = |text: &str| write(&workspace.state_file(), text.as_bytes()).unwrap();
        let mut value: Value = serde_json::from_str(&text).unwrap();

        // Another layout says the same.
        put(&value.to_string());
        assert!(!read().edited);
        for (from, to) in [
            ("\"1\"", "\"2\""),
            ("2026-01-01", "2026-01-02"),
            ("\"seal\": \"", "\"seal\": \"0"),
            ("\"seal\"", "\"was\""),
            ("\"version\": 3", "\"version\": 2"),
        ] {
            assert!(text.contains(from), "{from}");
            put(&text.replace(from, to));
            assert!(read().edited, "{from}");
        }
        value["tasks"]["2"] = value["tasks"]["1"].clone();
        put(&value.to_string());
        let seen = read();
        workspace.save(&seen, &lock).unwrap();
        assert!(read().edited);

        // Without its key nobody can say.
        put(&text);
        assert!(!read().edited);
        std::fs::remove_file(folder.path().join(".dockerlab/key")).unwrap();
        assert!(read().edited);
    }

    #[test]
    fn a_record_of_before_there_were_seals_is_taken_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(folder.path()).unwrap();
        write(&workspace.state_file(), br#"{"version":2,"workspace":"abc"}"#).unwrap();
        let opened = workspace.progress("today").unwrap();
        assert!(!opened.progress.edited && !opened.is_saved);
        let lock = workspace.lock(&Interrupt::default()).unwrap();
        workspace.save(&opened.progress, &lock).unwrap();
        assert!(!workspace.progress("today").unwrap().progress.edited);
    }
}

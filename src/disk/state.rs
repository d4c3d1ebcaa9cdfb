//! The state file: versioned, locked, written whole or not at all, and never thrown away silently.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::PathBuf,
    time::{Duration, Instant},
};

use crate::{
    disk::{
        whole::{read_text, write},
        workspace::Workspace,
    },
    error::Error,
    progress::{Progress, STATE_VERSION},
};

/// The largest state file that is read.
const STATE_LIMIT: u64 = 64 * 1024 * 1024;

/// Held while a command reads and changes the state; the system lets go of it when the program dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Progress as it was opened.
#[derive(Debug)]
pub enum Opened {
    /// It was read.
    Read(Progress),
    /// There was none: a first start.
    First,
}

impl Workspace {
    /// Takes the workspace's lock, waiting for another command of ours for at most ten seconds.
    ///
    /// # Errors
    /// When another one holds it for longer, or the file cannot be made.
    pub fn lock(&self) -> Result<Lock, Error> {
        let told = |error: std::io::Error| {
            Error::io(say!("cannot lock the workspace `{}`", self.root().display())).cause(error)
        };
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.ours().join("lock"))
            .map_err(told)?;
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < end => std::thread::sleep(Duration::from_millis(50)),
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::usage(say!("another dockerlab is at work in this workspace"))
                        .help(say!("wait for it to end, or end it")));
                }
                Err(TryLockError::Error(error)) => return Err(told(error)),
            }
        }
    }

    fn state_file(&self) -> PathBuf {
        self.ours().join("state.json")
    }

    /// Reads the progress.
    ///
    /// # Errors
    /// When the file is damaged: it is then set aside under a dated name, which the error tells, and the next command
    /// begins anew. When a newer program wrote it: then nothing is touched.
    pub fn progress(&self, today: &str) -> Result<Opened, Error> {
        let path = self.state_file();
        let damaged = |why: String, line: Option<usize>| {
            let aside = format!("state.damaged-{today}.json");
            let place = line.map(|line| format!(":{line}")).unwrap_or_default();
            let error =
                Error::usage(say!("the state file `.dockerlab/state.json{place}` is damaged"; place)).cause(why);
            let target = free_name(&self.ours(), &aside);
            match std::fs::rename(&path, self.ours().join(&target)) {
                Ok(()) => error.help(
                    say!("it was set aside as `.dockerlab/{target}`; mend it and move it back, or go on without it: \
                     the next command begins anew"; target),
                ),
                Err(failed) => error.cause(say!("and it could not be set aside: {failed}"; failed)),
            }
        };
        let text = match read_text(&path, ".dockerlab/state.json", STATE_LIMIT) {
            Ok(Some(text)) => text,
            Ok(None) => return Ok(Opened::First),
            Err(error) if path.is_file() => return Err(damaged(error.message().to_owned(), None)),
            Err(error) => return Err(error),
        };
        let version = serde_json::from_str::<serde_json::Value>(&text)
            .ok()
            .and_then(|value| value.get("version")?.as_u64());
        if let Some(version) = version
            && version > u64::from(STATE_VERSION)
        {
            return Err(Error::usage(say!("the state file was written by a newer dockerlab (format {version}, this one knows {STATE_VERSION})"; version, STATE_VERSION))
            .help(say!("update dockerlab; nothing was changed")));
        }
        match serde_json::from_str::<Progress>(&text) {
            Ok(progress) => Ok(Opened::Read(progress)),
            Err(error) => Err(damaged(error.to_string(), Some(error.line()))),
        }
    }

    /// Writes the progress, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written; the old one is then still there.
    pub fn save(&self, progress: &Progress, _lock: &Lock) -> Result<(), Error> {
        let told = |error: std::io::Error| {
            Error::io(say!("cannot save your progress in `.dockerlab/state.json`"))
                .cause(error)
                .help(say!(
                    "is the disk full, or the folder read-only? nothing was lost: the last state is still there"
                ))
        };
        let mut text = serde_json::to_vec_pretty(progress).map_err(|error| told(error.into()))?;
        text.push(b'\n');
        write(&self.state_file(), &text).map_err(told)
    }
}

/// A name like this one that is not taken yet in the folder.
pub(super) fn free_name(folder: &std::path::Path, name: &str) -> String {
    if folder.join(name).symlink_metadata().is_err() {
        return name.to_owned();
    }
    (2..u32::MAX)
        .map(|number| format!("{name}.{number}"))
        .find(|name| folder.join(name).symlink_metadata().is_err())
        .unwrap_or_else(|| name.to_owned())
}

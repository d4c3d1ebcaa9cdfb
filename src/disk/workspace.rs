//! The learner's folder: where it is, and which files in it are ours.

use std::path::{Path, PathBuf};

use crate::{
    check::evidence::{Evidence, SourceFile},
    disk::{
        atomic_write::{create, write},
        folder::{OURS, free_name, make_folder},
        text_file::{TEXT_LIMIT, read_text},
    },
    error::Error,
};

/// A learner's folder.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
}

/// Bytes of kept evidence that are read.
const EVIDENCE_LIMIT: u64 = 64 * 1024 * 1024;

impl Workspace {
    /// The workspace that `folder` is in: the nearest folder upwards that holds a `.dockerlab`.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(folder: &Path) -> Result<Self, Error> {
        folder
            .ancestors()
            .find(|candidate| candidate.join(OURS).is_dir())
            .map(|root| Self {
                root: root.to_path_buf(),
            })
            .ok_or_else(|| {
                Error::usage(say!("this is not a dockerlab workspace")).help(say!(
                    "create one with `dockerlab start my-course`, or change into the folder of one"
                ))
            })
    }

    /// Whether a workspace begins in this very folder.
    pub fn is_at(folder: &Path) -> bool {
        folder.join(OURS).is_dir()
    }

    /// The workspace that begins in this very folder.
    pub fn at(folder: &Path) -> Option<Self> {
        Self::is_at(folder).then(|| Self {
            root: folder.to_path_buf(),
        })
    }

    /// Makes the folder and our folder in it, where they are missing.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn make(folder: &Path) -> Result<Self, Error> {
        let told = |error: std::io::Error| {
            Error::io(say!("cannot create a workspace in `{}`", folder.display()))
                .cause(error)
                .help(say!("choose a folder that you can write to: `dockerlab start DIR`"))
        };
        for folder in [folder.join(OURS).join("evidence"), folder.join(OURS).join("backup")] {
            make_folder(&folder).map_err(told)?;
        }
        // Where the folder was there already, find out now whether it can be written to.
        #[cfg(unix)]
        rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).map_err(|error| told(error.into()))?;
        Ok(Self {
            root: folder.canonicalize().map_err(told)?,
        })
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The engine that was looked over for this workspace; none when none was yet.
    pub fn examined(&self) -> Option<String> {
        read_text(&self.ours().join("examined"), "examined", TEXT_LIMIT)
            .ok()
            .flatten()
    }

    /// Writes down which engine was looked over.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_examined(&self, engine: &str) -> Result<(), Error> {
        write(&self.ours().join("examined"), engine.as_bytes())
            .map_err(|error| Error::io(say!("cannot write to `.dockerlab/examined`")).cause(error))
    }

    /// Our folder in it.
    pub(super) fn ours(&self) -> PathBuf {
        self.root.join(OURS)
    }

    /// Reads one of the learner's text files; none when it is not there.
    ///
    /// # Errors
    /// When it is larger than 1 MiB, no UTF-8, or cannot be read.
    pub fn read(&self, name: &str) -> Result<Option<SourceFile>, Error> {
        Ok(
            read_text(&self.root.join(name), name, TEXT_LIMIT)?.map(|text| SourceFile {
                name: name.to_owned(),
                text,
            }),
        )
    }

    /// Keeps evidence, so that it can be judged again: the last one by its task, and a dated one, of which the newest
    /// 20 of a task stay.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_evidence(&self, evidence: &Evidence, at: &str) -> Result<(), Error> {
        let told =
            |error: std::io::Error| Error::io(say!("cannot keep the evidence in `.dockerlab/evidence`")).cause(error);
        let text = serde_json::to_vec(evidence).map_err(|error| told(error.into()))?;
        self.keep_dated("evidence", &evidence.task, ".json", &text, at, 20)
            .map_err(told)?;
        Ok(())
    }

    /// Keeps what a task's build printed, of which the newest five stay; returns the file's path in the workspace.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_log(&self, task: &str, text: &str, at: &str) -> Result<String, Error> {
        let name = self
            .keep_dated("logs", task, ".log", text.as_bytes(), at, 5)
            .map_err(|error| Error::io(say!("cannot keep the log in `.dockerlab/logs`")).cause(error))?;
        Ok(format!("{OURS}/logs/{name}"))
    }

    /// Keeps a task's file under its date in one of our folders, and as many of the newest as `most`; returns its name.
    fn keep_dated(
        &self,
        folder: &str,
        task: &str,
        ending: &str,
        bytes: &[u8],
        at: &str,
        most: usize,
    ) -> std::io::Result<String> {
        let folder = self.ours().join(folder);
        make_folder(&folder)?;
        let prefix = format!("{task}--");
        let stamp: String = at.chars().filter(char::is_ascii_alphanumeric).collect();
        // Another check may have ended in the same second.
        let name = loop {
            let name = free_name(&folder, &format!("{prefix}{stamp}"), ending);
            match create(&folder.join(&name), bytes) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                kept => break kept.map(|()| name)?,
            }
        };
        let mut kept: Vec<PathBuf> = std::fs::read_dir(&folder)?
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
            .map(|entry| entry.path())
            .collect();
        kept.sort_by(|a, b| a.file_stem().cmp(&b.file_stem()));
        let surplus = kept.len().saturating_sub(most);
        for old in kept.iter().take(surplus) {
            std::fs::remove_file(old)?;
        }
        Ok(name)
    }

    /// The newest kept evidence of a Dockerfile with this name and very text; what cannot be read is passed over.
    pub fn evidence_of(&self, name: &str, text: &str) -> Option<Evidence> {
        let folder = self.ours().join("evidence");
        let mut paths: Vec<(std::time::SystemTime, PathBuf)> = std::fs::read_dir(folder)
            .ok()?
            .filter_map(Result::ok)
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        paths.sort();
        paths
            .iter()
            .rev()
            .take(20)
            .filter_map(|(_, path)| read_text(path, "evidence", EVIDENCE_LIMIT).ok().flatten())
            .filter_map(|read| serde_json::from_str::<Evidence>(&read).ok())
            .find(|evidence| {
                evidence.version == crate::check::evidence::EVIDENCE_VERSION
                    && evidence
                        .dockerfile
                        .as_ref()
                        .is_some_and(|file| file.name == name && file.text == text)
            })
    }

    /// All kept evidence of a task with the letters and digits of its time, oldest first; files that are none (of another version, damaged) are left out and
    /// counted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn evidence(&self, task: &str) -> Result<(Vec<(String, Evidence)>, usize), Error> {
        let folder = self.ours().join("evidence");
        let prefix = format!("{task}--");
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
            Err(error) => return Err(Error::io(say!("cannot read `.dockerlab/evidence`")).cause(error)),
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
            .map(|entry| entry.path())
            .collect();
        paths.sort_by(|a, b| a.file_stem().cmp(&b.file_stem()));
        let mut kept = Vec::new();
        let mut left_out = 0;
        for path in paths {
            let read = read_text(&path, "evidence", EVIDENCE_LIMIT).ok().flatten();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let at = name.strip_prefix(&prefix).unwrap_or_default().to_owned();
            match read.and_then(|text| serde_json::from_str::<Evidence>(&text).ok()) {
                Some(evidence) if evidence.version == crate::check::evidence::EVIDENCE_VERSION => {
                    kept.push((at, evidence));
                }
                _ => left_out += 1,
            }
        }
        Ok((kept, left_out))
    }
}

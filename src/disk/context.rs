//! The build context: a workspace's files, those that `.dockerignore` keeps out left out.

use std::{
    fs::{File, Metadata},
    hash::{Hash, Hasher},
    io::Read,
    path::{Path, PathBuf},
};

use crate::{
    build_context::{BuildContext, Entry, EntryKind},
    check::evidence::{ContextEvidence, SourceFile},
    disk::{whole::TEXT_LIMIT, whole::read_text, workspace::Workspace},
    dockerfile::{Ignore, Walk},
    error::Error,
};

/// The most entries that a context may have; beyond it the folder is surely the wrong one.
const ENTRY_LIMIT: usize = 500_000;

/// A workspace's build context as it was at one moment.
#[derive(Debug)]
pub struct Context {
    root: PathBuf,
    entries: Vec<Entry>,
    ignore: Option<SourceFile>,
    misnamed: Vec<String>,
    kept_out: Vec<String>,
}

impl Context {
    /// Looks at everything that a build with this Dockerfile would send.
    ///
    /// # Errors
    /// When a folder cannot be read, the ignore file is broken, or there is too much.
    pub fn scan(workspace: &Workspace, dockerfile: Option<&str>, walk: Walk) -> Result<Self, Error> {
        let root = workspace.root().to_path_buf();
        // BuildKit looks for an ignore file of the Dockerfile's own first.
        let own = dockerfile.map(|name| format!("{name}.dockerignore"));
        let mut ignore = None;
        for name in own
            .iter()
            .filter(|_| walk == Walk::BuildKit)
            .map(String::as_str)
            .chain([".dockerignore"])
        {
            if let Some(text) = read_text(&root.join(name), name, TEXT_LIMIT)? {
                ignore = Some(SourceFile {
                    name: name.to_owned(),
                    text,
                });
                break;
            }
        }
        let (rules, _) = Ignore::parse(ignore.as_ref().map_or("", |file| file.text.as_str()));
        let mut context = Self {
            root,
            entries: Vec::new(),
            ignore,
            misnamed: Vec::new(),
            kept_out: Vec::new(),
        };
        context.folder("", &rules, walk)?;
        Ok(context)
    }

    fn folder(&mut self, below: &str, rules: &Ignore, walk: Walk) -> Result<(), Error> {
        let path = self.root.join(below);
        let told = |error: std::io::Error| {
            let shown = if below.is_empty() { say!("the workspace") } else { below };
            Error::io(say!("cannot read `{shown}` for the build context"; shown)).cause(error)
        };
        let mut names: Vec<String> = Vec::new();
        for entry in std::fs::read_dir(&path).map_err(told)? {
            let name = entry.map_err(told)?.file_name();
            names.push(name.into_string().map_err(|name| {
                Error::usage(say!("the file name `{}` is not UTF-8", name.to_string_lossy()))
                    .help(say!("rename the file, or keep its folder out with .dockerignore"))
            })?);
        }
        names.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        for name in names {
            if below.is_empty() && self.ignore.is_none() && is_misnamed(&name) {
                self.misnamed.push(name.clone());
            }
            let relative = if below.is_empty() {
                name
            } else {
                format!("{below}/{name}")
            };
            let full = self.root.join(&relative);
            let Ok(about) = full.symlink_metadata() else {
                continue;
            };
            let excluded = rules.excludes(&relative);
            // Our own folder is no part of the learner's work.
            let ours = relative == ".dockerlab";
            if excluded || ours {
                if below.is_empty() && self.kept_out.len() < 500 && !ours {
                    self.kept_out.push(relative.clone());
                }
                if about.is_dir() && !ours && rules.may_reinclude_below(&relative, walk) {
                    let before = self.entries.len();
                    self.folder(&relative, rules, walk)?;
                    // A folder is sent, though excluded, when something in it is let in again.
                    if self.entries.len() > before {
                        let entry = entry(&relative, &full, &about)?;
                        self.entries.insert(before, entry);
                    }
                }
                continue;
            }
            let is_folder = about.is_dir();
            if !(is_folder || about.is_file() || about.is_symlink()) {
                continue;
            }
            if self.entries.len() >= ENTRY_LIMIT {
                return Err(
                    Error::usage(say!("the build context has more than {ENTRY_LIMIT} files"; ENTRY_LIMIT)).help(say!(
                        "is this the right folder? keep what is not needed out with .dockerignore"
                    )),
                );
            }
            self.entries.push(entry(&relative, &full, &about)?);
            if is_folder {
                self.folder(&relative, rules, walk)?;
            }
        }
        Ok(())
    }

    /// Adds all that can change in it to a hash, contents only by size and time.
    pub(super) fn hash_to(&self, hasher: &mut impl Hasher) {
        self.ignore.as_ref().map(|file| (&file.name, &file.text)).hash(hasher);
        self.misnamed.hash(hasher);
        for entry in &self.entries {
            (&entry.path, entry.mode, entry.modified_ns).hash(hasher);
            match &entry.kind {
                EntryKind::File { size } => size.hash(hasher),
                EntryKind::Directory => {}
                EntryKind::Symlink { target } => target.hash(hasher),
            }
        }
    }

    /// What is told of it.
    pub fn evidence(&self) -> ContextEvidence {
        let files = || self.entries.iter().filter(|entry| entry.kind != EntryKind::Directory);
        ContextEvidence {
            ignore: self.ignore.clone(),
            misnamed_ignore: self.misnamed.clone(),
            sent: files().take(2000).map(|entry| entry.path.clone()).collect(),
            sent_files: files().count() as u64,
            sent_bytes: files()
                .map(|entry| match entry.kind {
                    EntryKind::File { size } => size,
                    _ => 0,
                })
                .sum(),
            kept_out: self.kept_out.clone(),
        }
    }
}

/// A name that differs from `.dockerignore` in case, in its dot or by an ending.
fn is_misnamed(name: &str) -> bool {
    let bare: String = name
        .to_lowercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    name != ".dockerignore" && (bare == "dockerignore" || bare == "dockerignoretxt")
}

fn entry(relative: &str, full: &Path, about: &Metadata) -> Result<Entry, Error> {
    let kind = if about.is_dir() {
        EntryKind::Directory
    } else if about.is_symlink() {
        let target = std::fs::read_link(full)
            .map_err(|error| Error::io(say!("cannot read the link `{relative}`"; relative)).cause(error))?;
        EntryKind::Symlink {
            target: target.to_string_lossy().into_owned(),
        }
    } else {
        EntryKind::File { size: about.len() }
    };
    Ok(Entry {
        path: relative.to_owned(),
        mode: mode(about, &kind),
        modified_ns: modified(about),
        kind,
    })
}

#[cfg(unix)]
fn mode(about: &Metadata, _: &EntryKind) -> u32 {
    use std::os::unix::fs::MetadataExt;
    about.mode() & 0o7777
}

#[cfg(not(unix))]
fn mode(_: &Metadata, _: &EntryKind) -> u32 {
    // As the docker client has it on such systems: everything may be run.
    0o755
}

fn modified(about: &Metadata) -> i64 {
    let since = about
        .modified()
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since
        .and_then(|since| i64::try_from(since.as_nanos()).ok())
        .unwrap_or(0)
}

impl BuildContext for Context {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn open(&self, index: usize) -> std::io::Result<Box<dyn Read + Send>> {
        let entry = self.entries.get(index).ok_or(std::io::ErrorKind::NotFound)?;
        let path = self.root.join(&entry.path);
        // A file that was replaced by a link since is not followed.
        if path.symlink_metadata()?.is_symlink() {
            return Err(std::io::Error::other(say!("it has become a link")));
        }
        Ok(Box::new(File::open(path)?))
    }

    fn ignore_text(&self) -> Option<&str> {
        self.ignore.as_ref().map(|file| file.text.as_str())
    }
}

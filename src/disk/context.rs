//! The build context: a workspace's files, those that `.dockerignore` keeps out left out.

use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    fs::{File, Metadata},
    hash::{Hash, Hasher},
    io::Read,
    path::{Component, Path, PathBuf},
};

use crate::{
    build_context::{BuildContext, Entry, EntryKind},
    check::evidence::{ContextEvidence, SourceFile},
    disk::{folder::OURS, text_file::TEXT_LIMIT, text_file::read_text, workspace::Workspace},
    dockerfile::{Ignore, Matched, Walk},
    error::Error,
};

/// The most entries that a context may have; beyond it the folder is surely the wrong one.
const ENTRY_LIMIT: usize = 500_000;

/// How many links are followed to an ignore file.
const MOST_LINKS: usize = 40;

/// A workspace's build context as it was at one moment.
#[derive(Debug)]
pub struct Context {
    root: PathBuf,
    entries: Vec<Entry>,
    ignore: Option<SourceFile>,
    misnamed: Vec<String>,
    kept_out: Vec<String>,
    special: Vec<String>,
    emptied: Vec<String>,
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
            let Some(path) = inside(&root, name) else { continue };
            if let Some(text) = read_text(&path, name, TEXT_LIMIT)? {
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
            special: Vec::new(),
            emptied: Vec::new(),
        };
        context.folder("", &context.root.clone(), &rules, &Matched::default(), walk)?;
        Ok(context)
    }

    /// Pipes, sockets and devices that `.dockerignore` does not keep out: they are not sent.
    pub fn special(&self) -> &[String] {
        &self.special
    }

    /// Files that are sent without their bytes, as BuildKit's client sends them ([`Ignore::empties`]).
    pub fn emptied(&self) -> &[String] {
        &self.emptied
    }

    /// Takes up what is in a folder: `below` is its path as it is sent, `path` where it is, `folder` what matches it.
    fn folder(&mut self, below: &str, path: &Path, rules: &Ignore, folder: &Matched, walk: Walk) -> Result<(), Error> {
        let told = |error: std::io::Error| {
            let shown = if below.is_empty() { say!("the workspace") } else { below };
            Error::io(say!("cannot read `{shown}` for the build context"; shown)).cause(error)
        };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(path).map_err(told)? {
            names.push(entry.map_err(told)?.file_name());
        }
        names.sort_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
        for name in names {
            let full = path.join(&name);
            // A name that is no text is matched with a sign in place of its odd bytes, as docker does.
            let shown = name.to_string_lossy();
            if below.is_empty() && self.ignore.is_none() && is_misnamed(&shown) {
                self.misnamed.push(shown.clone().into_owned());
            }
            let relative = if below.is_empty() {
                shown.clone().into_owned()
            } else {
                format!("{below}/{shown}")
            };
            let Ok(about) = full.symlink_metadata() else {
                continue;
            };
            let (excluded, matched) = rules.verdict(&relative, folder);
            // Our own folder is no part of the learner's work.
            let ours = relative == OURS;
            if excluded || ours {
                if below.is_empty() && self.kept_out.len() < 500 && !ours {
                    self.kept_out.push(relative.clone());
                }
                if about.is_dir() && !ours && rules.may_reinclude_below(&relative, walk) {
                    let before = self.entries.len();
                    self.folder(&relative, &full, rules, &matched, walk)?;
                    // A folder is sent, though excluded, when something in it is let in again.
                    if self.entries.len() > before {
                        refuse_odd(&name, &relative)?;
                        let entry = entry(&relative, &full, &about)?;
                        self.entries.insert(before, entry);
                    }
                }
                continue;
            }
            refuse_odd(&name, &relative)?;
            let is_folder = about.is_dir();
            if !(is_folder || about.is_file() || about.is_symlink()) {
                if self.special.len() < 500 {
                    self.special.push(relative);
                }
                continue;
            }
            if self.entries.len() >= ENTRY_LIMIT {
                return Err(
                    Error::usage(say!("the build context has more than {ENTRY_LIMIT} files"; ENTRY_LIMIT)).help(say!(
                        "is this the right folder? exclude what you do not need in .dockerignore"
                    )),
                );
            }
            let mut entry = entry(&relative, &full, &about)?;
            if walk == Walk::BuildKit && about.is_file() && about.len() > 0 && rules.empties(&relative) {
                entry.kind = EntryKind::File { size: 0 };
                self.emptied.push(relative.clone());
            }
            self.entries.push(entry);
            if is_folder {
                self.folder(&relative, &full, rules, &matched, walk)?;
            }
        }
        Ok(())
    }

    /// Adds all that can change in it to a hash, contents only by size and time; without the files of these names.
    pub(super) fn hash_to(&self, hasher: &mut impl Hasher, without: &[&str]) {
        self.ignore.as_ref().map(|file| (&file.name, &file.text)).hash(hasher);
        self.misnamed.hash(hasher);
        for entry in self
            .entries
            .iter()
            .filter(|entry| !without.contains(&entry.path.as_str()))
        {
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

/// BuildKit's transfer takes no name that is not UTF-8.
fn refuse_odd(name: &OsStr, relative: &str) -> Result<(), Error> {
    if name.to_str().is_some() {
        return Ok(());
    }
    Err(Error::usage(say!("the file name `{relative}` is not UTF-8"; relative))
        .help(say!("rename the file, or exclude it in .dockerignore")))
}

/// Where a file of the context is, links followed as BuildKit follows them: none leads out of the context, `/` is its
/// top. None where links lead round in a circle.
fn inside(root: &Path, name: &str) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    let mut waiting: VecDeque<OsString> = VecDeque::from([name.into()]);
    let mut links = 0;
    while let Some(part) = waiting.pop_front() {
        match Path::new(&part).components().next() {
            Some(Component::Normal(_)) => {}
            Some(Component::ParentDir) => {
                path.pop();
                continue;
            }
            Some(Component::CurDir) | None => continue,
            Some(Component::RootDir | Component::Prefix(_)) => {
                path.clear();
                continue;
            }
        }
        let next = path.join(&part);
        let Ok(target) = std::fs::read_link(root.join(&next)) else {
            path = next;
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return None;
        }
        for component in target.components().rev() {
            waiting.push_front(component.as_os_str().to_owned());
        }
    }
    Some(root.join(path))
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
        if entry.kind == (EntryKind::File { size: 0 }) {
            return Ok(Box::new(std::io::empty()));
        }
        let path = self.root.join(&entry.path);
        // A file that was replaced by a link since is not followed.
        if path.symlink_metadata()?.is_symlink() {
            return Err(std::io::Error::other(say!("it is now a link")));
        }
        Ok(Box::new(File::open(path)?))
    }

    fn ignore_text(&self) -> Option<&str> {
        self.ignore.as_ref().map(|file| file.text.as_str())
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::{ffi::OsStrExt, fs::symlink};

    use super::*;

    /// The files that are sent of a folder with these files in it.
    fn scan(make: impl FnOnce(&Path)) -> Result<Context, Error> {
        let place = tempfile::tempdir().unwrap();
        let workspace = Workspace::make(place.path()).unwrap();
        make(place.path());
        Context::scan(&workspace, Some("Dockerfile"), Walk::BuildKit)
    }

    fn sent(make: impl FnOnce(&Path)) -> String {
        scan(make).unwrap().evidence().sent.join(" ")
    }

    #[expect(clippy::disallowed_methods, reason = "a learner's editor writes as it likes")]
    fn write(path: PathBuf, text: &str) {
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn an_ignore_file_that_is_a_link_is_read_only_inside_the_context() {
        let outside = tempfile::tempdir().unwrap();
        write(outside.path().join("ignore"), "a\n");
        let made = |target: PathBuf| {
            sent(move |folder| {
                write(folder.join("a"), "");
                write(folder.join("real"), "a\n");
                symlink(target, folder.join(".dockerignore")).unwrap();
            })
        };
        assert_eq!(made(outside.path().join("ignore")), ".dockerignore a real");
        assert_eq!(made("../../../ignore".into()), ".dockerignore a real");
        assert_eq!(made(".dockerignore".into()), ".dockerignore a real");
        for inside in ["real", "./real", "/real", "../../real"] {
            assert_eq!(made(inside.into()), ".dockerignore real", "{inside}");
        }
    }

    #[test]
    fn our_own_folder_is_never_sent() {
        let make = |ignore: &'static str| {
            move |folder: &Path| {
                write(folder.join("a"), "");
                write(folder.join(".dockerlab/evidence/1.json"), "{}");
                write(folder.join(".dockerignore"), ignore);
            }
        };
        for ignore in ["", "*\n!a\n!.dockerignore\n!.dockerlab\n"] {
            let context = scan(make(ignore)).unwrap();
            let entries: Vec<&str> = context.entries().iter().map(|entry| entry.path.as_str()).collect();
            assert_eq!(entries, [".dockerignore", "a"], "{ignore}");
        }
    }

    #[test]
    fn a_name_that_is_no_text_stops_a_build_only_where_it_is_sent() {
        let make = |ignore: &'static str| {
            move |folder: &Path| {
                let odd = folder.join(OsStr::from_bytes(b"odd\xff"));
                std::fs::create_dir(&odd).unwrap();
                write(odd.join("x"), "");
                write(folder.join("ok"), "");
                write(folder.join(".dockerignore"), ignore);
            }
        };
        assert_eq!(sent(make("odd*\n")), ".dockerignore ok");
        assert_eq!(sent(make("odd*\n!**/y\n")), ".dockerignore ok");
        assert_eq!(sent(make("odd?\n")), ".dockerignore ok");
        assert!(scan(make("")).is_err());
        assert!(scan(make("odd*\n!**/x\n")).is_err());
    }

    #[test]
    fn a_file_that_docker_empties_is_sent_empty_and_said() {
        let context = scan(|folder| {
            for name in ["build", "build/libs"] {
                std::fs::create_dir(folder.join(name)).unwrap();
            }
            write(folder.join("build/libs/app.jar"), "bytes");
            write(folder.join(".dockerignore"), "*\n!build/libs/app.jar\n**/build\n");
        })
        .unwrap();
        assert_eq!(context.emptied(), ["build/libs/app.jar"]);
        let at = context
            .entries()
            .iter()
            .position(|entry| entry.path == "build/libs/app.jar")
            .unwrap();
        let mut bytes = Vec::new();
        context.open(at).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"");
    }

    #[test]
    fn a_pipe_is_not_sent_and_said() {
        let make = |ignore: &'static str| {
            move |folder: &Path| {
                std::os::unix::net::UnixListener::bind(folder.join("socket")).unwrap();
                write(folder.join(".dockerignore"), ignore);
            }
        };
        assert_eq!(scan(make("")).unwrap().special(), ["socket"]);
        assert!(scan(make("sock*")).unwrap().special().is_empty());
        assert_eq!(sent(make("")), ".dockerignore");
    }
}

//! Files of this machine, for structure tests that are run on it.

use std::{
    collections::BTreeSet,
    fs::{self, Metadata},
    io,
    path::Path,
};

use crate::{
    regular_file,
    structure::{FileKind, FileQuestions, FileSeen, FilesSeen},
};

/// Bytes of a file that are read.
const CONTENT: u64 = 8 * 1024 * 1024;

/// Looks at files of this machine.
pub fn look_at_host(questions: &FileQuestions) -> FilesSeen {
    let mut seen = FilesSeen::default();
    for path in &questions.look {
        seen.looked.insert(path.clone(), look(path));
    }
    for path in &questions.read {
        seen.read.insert(path.clone(), read(path));
    }
    for (folder, file) in &questions.list {
        let listed = folders(folder);
        for name in listed.iter().flatten() {
            let path = format!("{folder}/{name}/{file}");
            let text = read(&path);
            seen.read.insert(path, text);
        }
        seen.listed.insert(folder.clone(), listed);
    }
    seen
}

fn why(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound {
        say!("it does not exist").to_owned()
    } else {
        error.to_string()
    }
}

fn look(path: &str) -> Result<FileSeen, String> {
    let about = fs::symlink_metadata(path).map_err(|error| why(&error))?;
    let (mode, owner) = rights(&about);
    let kind = match about.file_type() {
        kind if kind.is_dir() => FileKind::Directory,
        kind if kind.is_symlink() => FileKind::Symlink,
        kind if kind.is_file() => FileKind::File,
        _ => FileKind::Other,
    };
    Ok(FileSeen {
        kind,
        mode,
        owner,
        size: if kind == FileKind::File { about.len() } else { 0 },
        link: fs::read_link(path)
            .ok()
            .map(|target| target.to_string_lossy().into_owned()),
    })
}

#[cfg(unix)]
fn rights(about: &Metadata) -> (u32, Option<(u64, u64)>) {
    use std::os::unix::fs::MetadataExt as _;
    (about.mode() & 0o7777, Some((about.uid().into(), about.gid().into())))
}

#[cfg(not(unix))]
fn rights(about: &Metadata) -> (u32, Option<(u64, u64)>) {
    (if about.permissions().readonly() { 0o444 } else { 0o666 }, None)
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    let bytes = regular_file::read(Path::new(path), CONTENT).map_err(|unopened| why(&unopened.into()))?;
    if bytes.len() as u64 > CONTENT {
        return Err(say!("it is larger than 8 MB, which is not read").to_owned());
    }
    Ok(bytes)
}

fn folders(path: &str) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(path).map_err(|error| why(&error))?;
    let found: BTreeSet<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    Ok(found.into_iter().collect())
}

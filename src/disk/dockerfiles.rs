//! Dockerfiles wherever they are: found, read with a bound, replaced with a backup.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use crate::{
    disk::{
        atomic_write::{copy, write},
        folder::free_name,
        text_file::{TEXT_LIMIT, read_text},
    },
    dockerfile::Ignore,
    error::Error,
};

/// How deep folders are looked through, and how many of their entries are looked at.
const DEEPEST: usize = 32;
const MOST: usize = 200_000;

/// Folders that hold what others wrote.
const FOREIGN: [&str; 4] = [".git", "node_modules", "target", ".dockerlab"];

/// A Dockerfile as it was read.
#[derive(Debug, Clone)]
pub struct DockerfileText {
    /// As it was named.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The `.dockerignore` that counts for it.
    pub ignore: Option<Ignore>,
}

/// Reads a Dockerfile, and the `.dockerignore` beside it.
///
/// # Errors
/// When the file does not exist, or is not a text of a reasonable size.
pub fn read_dockerfile(path: &Path, name: &str) -> Result<DockerfileText, Error> {
    let text = read_text(path, name, TEXT_LIMIT)?
        .ok_or_else(|| Error::usage(say!("the file `{name}` does not exist"; name)))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let own = path
        .file_name()
        .map(|file| format!("{}.dockerignore", file.to_string_lossy()));
    let mut ignore = None;
    for file in own.into_iter().chain([".dockerignore".to_owned()]) {
        if let Some(text) = read_text(&folder.join(&file), &file, TEXT_LIMIT)? {
            ignore = Some(Ignore::parse(&text).0);
            break;
        }
    }
    Ok(DockerfileText {
        name: name.to_owned(),
        text,
        ignore,
    })
}

/// Reads a Dockerfile from standard input.
///
/// # Errors
/// When it is no text of a reasonable size.
pub fn read_dockerfile_from_stdin() -> Result<DockerfileText, Error> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(TEXT_LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io(say!("cannot read standard input")).cause(error))?;
    if bytes.len() as u64 > TEXT_LIMIT {
        return Err(Error::usage(say!(
            "standard input is larger than {} KiB",
            TEXT_LIMIT / 1024
        )));
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| Error::usage(say!("standard input is not UTF-8 text")).cause(error))?;
    Ok(DockerfileText {
        name: "-".to_owned(),
        text,
        ignore: None,
    })
}

/// The Dockerfiles in a folder, and with `deep` below it, by name: `Dockerfile`, `Dockerfile-…`, `Dockerfile.…`,
/// `….Dockerfile`, `Containerfile`. Links to folders are not followed.
///
/// # Errors
/// When the folder cannot be read.
pub fn dockerfiles_in(folder: &Path, deep: bool) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    let mut looked_at = 0;
    let mut open = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let entries = std::fs::read_dir(&folder)
            .map_err(|error| Error::io(say!("cannot read the folder `{}`", folder.display())).cause(error))?;
        for entry in entries.flatten() {
            looked_at += 1;
            if looked_at > MOST {
                return Err(Error::usage(
                    say!("there are more than {MOST} files here: name a smaller folder"; MOST),
                ));
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if deep && depth < DEEPEST && !FOREIGN.contains(&name.as_str()) {
                    open.push((entry.path(), depth + 1));
                }
            } else if is_dockerfile(&name) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_named = ["dockerfile", "containerfile"].iter().any(|word| {
        lower
            .strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.', '_']))
            || lower.strip_suffix(word).is_some_and(|rest| rest.ends_with('.'))
    });
    let is_other = [".dockerignore", ".md", ".bak", ".orig", ".swp", "~"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    is_named && !is_other
}

/// Writes a corrected Dockerfile over the old one, which is copied beside it under a dated name first; returns that name.
///
/// # Errors
/// When the file changed in the meantime, or cannot be written; it is then as it was.
pub fn replace_dockerfile(path: &Path, before: &str, after: &str, stamp: &str) -> Result<PathBuf, Error> {
    let name = path.display();
    if read_text(path, &name.to_string(), TEXT_LIMIT)?.as_deref() != Some(before) {
        return Err(Error::usage(
            say!("`{name}` changed in the meantime and was left as it is"; name),
        ));
    }
    let told = |error: std::io::Error| Error::io(say!("cannot write `{name}`"; name)).cause(error);
    let folder = path.parent().unwrap_or(Path::new("."));
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let backup = folder.join(free_name(folder, &format!("{file}.{stamp}"), ".bak"));
    copy(path, &backup).map_err(told)?;
    write(path, after.as_bytes()).map_err(told)?;
    Ok(backup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_are_known_by_their_names() {
        for (name, expected) in [
            ("Dockerfile", true),
            ("Dockerfile-task-1", true),
            ("Dockerfile.dev", true),
            ("web.Dockerfile", true),
            ("web.dockerfile", true),
            ("Containerfile", true),
            ("Dockerfile.dockerignore", false),
            ("Dockerfile.20261124.bak", false),
            ("Dockerfiles", false),
            ("dockerfile.md", false),
            ("app.py", false),
        ] {
            assert_eq!(is_dockerfile(name), expected, "{name}");
        }
    }
}

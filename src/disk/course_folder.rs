//! Reading a course from a folder.

use std::{fs::DirEntry, path::Path};

use crate::{
    course::{CourseFile, Mistake},
    disk::text_file::{TEXT_LIMIT, unread},
    error::Error,
    regular_file,
};

/// How large a file of a workspace may be, in bytes.
const WORKSPACE_FILE_LIMIT: u64 = 16 * 1024 * 1024;
/// How many files a course may have.
const MOST_FILES: usize = 10_000;
/// How deep folders of a workspace may be.
const DEEPEST: usize = 16;

/// All files of a course: `course.toml`, `criteria.toml`, those of its tasks' folders, and all below a folder called
/// `workspace`. Elsewhere names that start with a dot are passed over. The folder `proofs` is read by
/// [`proofs_from`](crate::disk::proofs_from).
///
/// # Errors
/// When the folder or a file in it cannot be read, is a link, or there are too many.
pub fn course_from(folder: &Path) -> Result<Vec<CourseFile>, Error> {
    let mut found = Vec::new();
    for (entry, name) in entries(folder, folder)? {
        let path = entry.path();
        if is_folder(&path) {
            if is_workspace(&name) {
                all_below(folder, &path, &name, &mut found)?;
            } else if !name.starts_with('.') && name != "proofs" {
                of_task(folder, &path, &name, &mut found)?;
            }
        } else if is_about_the_course(&name) {
            found.push(read(&path, name, TEXT_LIMIT)?);
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Whether a folder is meant to be a course: it has a `course.toml`, or a folder with a `task.toml`.
pub fn is_course_folder(folder: &Path) -> bool {
    let has_task = || {
        let mut below = std::fs::read_dir(folder).into_iter().flatten().flatten();
        below.any(|entry| entry.path().join("task.toml").is_file())
    };
    folder.join("course.toml").is_file() || has_task()
}

/// `course.toml`, `criteria.toml`, or one of them in another language.
fn is_about_the_course(name: &str) -> bool {
    (name.starts_with("course.") || name.starts_with("criteria.")) && name.ends_with(".toml")
}

/// `workspace`, or `workspace.fr`.
fn is_workspace(name: &str) -> bool {
    name == "workspace" || name.starts_with("workspace.")
}

fn of_task(course: &Path, folder: &Path, task: &str, found: &mut Vec<CourseFile>) -> Result<(), Error> {
    for (entry, name) in entries(course, folder)? {
        let path = entry.path();
        let shown = format!("{task}/{name}");
        if is_folder(&path) {
            if is_workspace(&name) {
                all_below(course, &path, &shown, found)?;
            }
        } else if !name.starts_with('.') {
            found.push(read(&path, shown, TEXT_LIMIT)?);
        }
    }
    Ok(())
}

/// Every file below a folder of a workspace, those whose names start with a dot included.
fn all_below(course: &Path, folder: &Path, shown: &str, found: &mut Vec<CourseFile>) -> Result<(), Error> {
    let mut folders = vec![(folder.to_path_buf(), shown.to_owned(), 0)];
    while let Some((folder, shown, depth)) = folders.pop() {
        for (entry, name) in entries(course, &folder)? {
            let path = entry.path();
            let shown = format!("{shown}/{name}");
            if found.len() > MOST_FILES || depth > DEEPEST {
                return Err(Error::usage(say!(
                    "the course in `{}` has more than {MOST_FILES} files, or folders deeper than {DEEPEST}",
                    course.display();
                    MOST_FILES, DEEPEST
                )));
            }
            if is_folder(&path) {
                folders.push((path, shown, depth + 1));
            } else {
                found.push(read(&path, shown, WORKSPACE_FILE_LIMIT)?);
            }
        }
    }
    Ok(())
}

/// Whether it is a folder itself; a link to one is none.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|about| about.is_dir())
}

fn entries(course: &Path, folder: &Path) -> Result<Vec<(DirEntry, String)>, Error> {
    let told = |error: std::io::Error| Error::io(say!("cannot read the course in `{}`", course.display())).cause(error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        let name = entry.file_name().into_string().map_err(|name| {
            Error::usage(say!(
                "the course has a file whose name is not UTF-8: `{}`",
                folder.join(name).display()
            ))
        })?;
        found.push((entry, name));
    }
    Ok(found)
}

/// Reads a file. A link is refused: it could lead out of the course, into a file that nobody wants to hand out.
fn read(path: &Path, shown: String, limit: u64) -> Result<CourseFile, Error> {
    let bytes = regular_file::refuse_link(path)
        .and_then(|()| regular_file::read(path, limit))
        .map_err(|unopened| unread(unopened).told(path, &shown))?;
    if bytes.len() as u64 > limit {
        return Err(Error::usage(
            say!("`{name}` is larger than {} KiB", limit / 1024; name = shown),
        ));
    }
    Ok(CourseFile::new(shown, bytes))
}

/// A course's mistakes as one error.
pub fn mistaken(mistakes: &[Mistake]) -> Error {
    let mut error = Error::usage(say!(
        "the course has {}",
        crate::quantity::count(mistakes.len(), "mistake")
    ));
    for mistake in mistakes.iter().take(20) {
        error = error.cause(mistake);
    }
    error
}

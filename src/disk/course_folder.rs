//! Reading a course from a folder.

use std::path::Path;

use crate::{
    course::{CourseFile, Mistake},
    disk::text_file::{TEXT_LIMIT, read_text},
    error::Error,
};

/// All files of a course: `course.toml`, `criteria.toml` and those of its tasks' folders, one level deep; names that
/// start with a dot are passed over.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub fn course_from(folder: &Path) -> Result<Vec<CourseFile>, Error> {
    let told = |error: std::io::Error| Error::io(say!("cannot read the course in `{}`", folder.display())).cause(error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let entry = entry.map_err(told)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type().map_err(told)?.is_dir() {
            for inner in std::fs::read_dir(entry.path()).map_err(told)? {
                let inner = inner.map_err(told)?;
                let inner_name = inner.file_name().to_string_lossy().into_owned();
                if !inner_name.starts_with('.') && inner.file_type().map_err(told)?.is_file() {
                    found.extend(file(&inner.path(), format!("{name}/{inner_name}"))?);
                }
            }
        } else if is_about_the_course(&name) {
            found.extend(file(&entry.path(), name)?);
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// `course.toml`, `criteria.toml`, or one of them in another language.
fn is_about_the_course(name: &str) -> bool {
    (name.starts_with("course.") || name.starts_with("criteria.")) && name.ends_with(".toml")
}

fn file(path: &Path, name: String) -> Result<Option<CourseFile>, Error> {
    Ok(read_text(path, &name, TEXT_LIMIT)?.map(|text| CourseFile { path: name, text }))
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

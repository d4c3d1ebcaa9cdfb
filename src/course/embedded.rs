//! The course and the templates that are built into the program.

use include_dir::{Dir, include_dir};

use crate::course::load::CourseFile;

static LESSONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The embedded course's files.
pub(super) fn course_files() -> Vec<CourseFile> {
    texts(&LESSONS)
        .into_iter()
        .map(|(path, text)| CourseFile {
            path,
            text: text.to_owned(),
        })
        .collect()
}

/// What `start` lays in a workspace: paths relative to it, and texts, sorted.
pub fn workspace_files() -> Vec<(String, &'static str)> {
    TEMPLATES
        .get_dir("workspace")
        .map(texts)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(path, text)| Some((path.strip_prefix("workspace/")?.to_owned(), text)))
        .collect()
}

/// One template by its path below `templates/`.
pub fn template(path: &str) -> Option<&'static str> {
    TEMPLATES.get_file(path)?.contents_utf8()
}

fn texts(dir: &Dir<'static>) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.clone()];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs().cloned());
        for file in folder.files() {
            if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                found.push((path.replace('\\', "/"), text));
            }
        }
    }
    found.sort();
    found
}

//! The course and the templates that are built into the program.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use crate::{
    course::{file::CourseFile, load::load, mistake::Mistake, task::Course},
    language::Language,
};

static LESSONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

impl Course {
    /// The course that is built into the program, in a language.
    ///
    /// # Errors
    /// The mistakes in it; a test makes sure that there are none.
    pub fn embedded(language: Language) -> Result<Self, Vec<Mistake>> {
        let files: Vec<CourseFile> = texts(&LESSONS)
            .into_iter()
            .map(|(path, text)| CourseFile {
                path,
                text: text.to_owned(),
            })
            .collect();
        load(&files, language)
    }
}

/// What `start` lays in a workspace: paths relative to it, and texts, sorted. A language's own ones are in the
/// folder `workspace` of its folder.
pub fn workspace_files(language: Language) -> Vec<(String, &'static str)> {
    let below = |folder: Option<&Dir<'static>>| -> BTreeMap<String, &'static str> {
        let workspace = folder.and_then(|folder| folder.get_dir(folder.path().join("workspace")));
        let Some(workspace) = workspace else {
            return BTreeMap::new();
        };
        let relative = |path: &str| {
            Some(
                path.strip_prefix(workspace.path().to_str()?)?
                    .strip_prefix('/')?
                    .to_owned(),
            )
        };
        texts(workspace)
            .into_iter()
            .filter_map(|(path, text)| Some((relative(&path)?, text)))
            .collect()
    };
    let mut files = below(Some(&TEMPLATES));
    files.extend(below(language.folder()));
    files.into_iter().collect()
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

//! The course and the templates that are built into the program.

use std::{borrow::Cow, collections::BTreeMap};

use include_dir::{Dir, include_dir};

use crate::{
    course::{file::CourseFile, load::load, mistake::Mistake, task::Course},
    language::Language,
    release::Release,
};

static LESSONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");
static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

impl Course {
    /// The course that is built into the program, in a language.
    ///
    /// # Errors
    /// The mistakes in it; a test makes sure that there are none.
    pub fn embedded(language: Language) -> Result<Self, Vec<Mistake>> {
        Self::in_folder(&LESSONS, language)
    }

    /// A course in a folder that is built into the program.
    ///
    /// # Errors
    /// The mistakes in it.
    pub(crate) fn in_folder(folder: &'static Dir<'static>, language: Language) -> Result<Self, Vec<Mistake>> {
        let files: Vec<CourseFile> = texts(folder)
            .into_iter()
            .map(|(path, text)| CourseFile {
                path,
                text: text.to_owned(),
            })
            .collect();
        load(&files, language)
    }
}

/// The files that `start` adds to a workspace: paths relative to it, and texts, sorted. A language's own ones are in the folder
/// `workspace` of its folder. The workflow among them installs `release`, or where this is none builds the program from
/// source.
pub fn workspace_files(language: Language, release: Option<&Release>) -> Vec<(String, Cow<'static, str>)> {
    let installs = laid(language, "install");
    let step = |name: &str| installs.get(name).copied().unwrap_or_default().trim_end();
    let (condition, install) = match release {
        Some(release) => (
            "",
            step("release.yml")
                .replace("{{version}}", &release.version)
                .replace("{{archive}}", &release.archive)
                .replace("{{sha256}}", &release.sha256),
        ),
        None => (
            "    if: vars.DOCKERLAB_SOURCE != '' && vars.DOCKERLAB_COMMIT != ''\n",
            step("source.yml").to_owned(),
        ),
    };
    laid(language, "workspace")
        .into_iter()
        .map(|(path, text)| {
            let text = if text.contains("{{install}}") {
                let text = text
                    .replace("{{condition}}\n", condition)
                    .replace("{{install}}", &install);
                Cow::Owned(text)
            } else {
                Cow::Borrowed(text)
            };
            (path, text)
        })
        .collect()
}

/// The templates in a folder, by their paths below it; a language's own ones instead of the English.
fn laid(language: Language, name: &str) -> BTreeMap<String, &'static str> {
    let below = |folder: Option<&Dir<'static>>| -> BTreeMap<String, &'static str> {
        let Some(found) = folder.and_then(|folder| folder.get_dir(folder.path().join(name))) else {
            return BTreeMap::new();
        };
        let relative = |path: &str| {
            let path = path.strip_prefix(found.path().to_str()?)?;
            Some(path.strip_prefix('/')?.to_owned())
        };
        texts(found)
            .into_iter()
            .filter_map(|(path, text)| Some((relative(&path)?, text)))
            .collect()
    };
    let mut files = below(Some(&TEMPLATES));
    files.extend(below(language.folder()));
    files
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

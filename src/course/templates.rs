//! The workspaces that the program brings for courses to name, and how a workflow installs the program.

use std::{borrow::Cow, collections::BTreeMap};

use include_dir::{Dir, include_dir};

use crate::{
    course::{embedded_folder::below, file::CourseFile},
    language::Language,
    release::Release,
};

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The folder of the steps that install the program: no workspace.
const INSTALL: &str = "install";
/// The folder of the course that `course new` begins with: no workspace.
const BEGINNING: &str = "course";

/// The names of the workspaces that a course may name.
pub(super) fn names() -> Vec<&'static str> {
    TEMPLATES
        .dirs()
        .filter_map(|dir| dir.path().to_str())
        .filter(|name| ![INSTALL, BEGINNING].contains(name))
        .collect()
}

/// The files of a workspace that the program brings, a language's own ones instead of the English.
pub(super) fn workspace(name: &str, language: Language) -> BTreeMap<String, Cow<'static, [u8]>> {
    let mut files: BTreeMap<_, _> = below(Some(&TEMPLATES), name).into_iter().collect();
    files.extend(below(language.folder(), name));
    files
}

/// The files of a small course with this id, for authors to change into their own.
pub fn beginning(id: &str) -> Vec<CourseFile> {
    below(Some(&TEMPLATES), BEGINNING)
        .into_iter()
        .map(|(path, bytes)| match CourseFile::new(path, bytes) {
            about if about.path == "course.toml" => {
                let text = about.text().unwrap_or_default().replace("{{id}}", id);
                CourseFile::new(about.path, text.into_bytes())
            }
            other => other,
        })
        .collect()
}

/// What a workflow says of when to run, and its steps that install the program.
pub(super) fn installation(language: Language, release: Option<&Release>) -> (&'static str, String) {
    let installs = workspace(INSTALL, language);
    let step = |name: &str| {
        let text = installs
            .get(name)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        text.unwrap_or_default().trim_end().to_owned()
    };
    match release {
        Some(release) => (
            "",
            step("release.yml")
                .replace("{{version}}", &release.version)
                .replace("{{archive}}", &release.archive)
                .replace("{{sha256}}", &release.sha256),
        ),
        None => (
            "    if: vars.DOCKERLAB_SOURCE != '' && vars.DOCKERLAB_COMMIT != ''\n",
            step("source.yml"),
        ),
    }
}

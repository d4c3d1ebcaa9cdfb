//! What a course adds to a learner's workspace: the files in its folders called `workspace`.
//!
//! A folder `workspace` beside `course.toml` is added when the workspace is made, one in a task's folder when that task
//! opens. `workspace.fr` beside one holds what French learners get instead. A course may also name a workspace that
//! the program brings (`workspace = "fastapi"`); its own files go before that one's.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    course::{file::CourseFile, mistake::Mistake, templates},
    language::Language,
    release::Release,
};

/// The folder's name.
pub(super) const FOLDER: &str = "workspace";
/// How many files a course may lay.
const MOST_FILES: usize = 2000;
/// How many bytes all of them together may hold.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// Where the placeholders of a workflow are filled in.
const WORKFLOWS: &str = ".github/workflows/";

/// A file that is added into a workspace. One that begins with `#!` is made executable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceFile {
    /// Path in the workspace, with `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Cow<'static, [u8]>,
}

impl WorkspaceFile {
    /// The file, with what a workflow says in `{{condition}}` and `{{install}}` filled in: how to install `release`, or
    /// where that is none how to build the program from source.
    #[must_use]
    pub fn filled_in(&self, language: Language, release: Option<&Release>) -> Self {
        let text = match std::str::from_utf8(&self.bytes) {
            Ok(text) if self.path.starts_with(WORKFLOWS) && text.contains("{{install}}") => text,
            _ => return self.clone(),
        };
        let (condition, install) = templates::installation(language, release);
        let text = text
            .replace("{{condition}}\n", condition)
            .replace("{{install}}", &install);
        Self {
            path: self.path.clone(),
            bytes: text.into_bytes().into(),
        }
    }
}

/// Whether a folder at a course's top is one of these, and no task.
pub(super) fn is_workspace(folder: &str) -> bool {
    folder == FOLDER || language_of(folder).is_some()
}

/// The language of `workspace.fr`.
fn language_of(folder: &str) -> Option<Language> {
    let code = folder.strip_prefix(FOLDER)?.strip_prefix('.')?;
    Language::all().find(|language| *language != Language::ENGLISH && language.code() == code)
}

/// The files of the workspace below a folder of the course (empty for its top), in a language, over `brought`.
pub(super) fn files(
    course: &BTreeMap<&str, &CourseFile>,
    folder: &str,
    language: Language,
    brought: BTreeMap<String, Cow<'static, [u8]>>,
) -> Vec<WorkspaceFile> {
    let mut laid = brought;
    for wanted in [None, Some(language)] {
        let below = course.iter().filter_map(|(path, file)| {
            let (name, rest) = path.strip_prefix(folder)?.split_once('/')?;
            let is_wanted = match wanted {
                None => name == FOLDER,
                Some(language) => language_of(name) == Some(language),
            };
            is_wanted.then(|| (rest.to_owned(), file.bytes.clone()))
        });
        laid.extend(below);
    }
    laid.into_iter()
        .map(|(path, bytes)| WorkspaceFile { path, bytes })
        .collect()
}

/// What is wrong with the files of all workspaces of a course, which adds them over `brought`.
pub(super) fn mistakes(
    course: &BTreeMap<&str, &CourseFile>,
    brought: &BTreeMap<String, Cow<'static, [u8]>>,
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let (mut count, mut bytes) = (0, 0);
    for (path, file) in course {
        let Some((folder, below)) = split(path) else {
            continue;
        };
        count += 1;
        bytes += file.bytes.len();
        if let Some(why) = unfit(below) {
            mistakes.push(Mistake::of_file(path, &why));
        }
        if let Some((english, _)) = folder.rsplit_once('.') {
            let english = format!("{english}/{below}");
            let is_brought = !folder.contains('/') && brought.contains_key(below);
            if !is_brought && !course.contains_key(english.as_str()) {
                mistakes.push(Mistake::of_file(
                    path,
                    &say!("there is no English file `{english}` that it translates"; english),
                ));
            }
        }
    }
    if count > MOST_FILES || bytes > MOST_BYTES {
        mistakes.push(Mistake::of_file(
            FOLDER,
            &say!(
                "a course adds at most {MOST_FILES} files of {} MiB in all; these are {count} files of {} MiB",
                MOST_BYTES >> 20,
                bytes >> 20;
                MOST_FILES, count
            ),
        ));
    }
    mistakes
}

/// A path below a folder called `workspace`: that folder's path, and the path below it.
pub(super) fn split(path: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for part in path.split('/') {
        let end = at + part.len();
        if is_workspace(part) && end < path.len() {
            return Some((&path[..end], &path[end + 1..]));
        }
        at = end + 1;
    }
    None
}

/// Why a path cannot be added into every learner's workspace, on any system; none where it can.
fn unfit(path: &str) -> Option<String> {
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let first = path.split('/').next().unwrap_or_default();
    if matches!(first, ".git" | ".dockerlab") {
        return Some(
            say!("a course cannot add files to `{first}`: git and dockerlab keep their own files there"; first),
        );
    }
    let part_is_unfit = |part: &str| {
        let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        part.is_empty()
            || matches!(part, "." | "..")
            || part.ends_with(['.', ' '])
            || part.contains(|c: char| c.is_control() || r#"<>:"\|?*"#.contains(c))
            || DEVICES.contains(&stem.as_str())
    };
    path.split('/')
        .find(|part| part_is_unfit(part))
        .map(|part| say!("`{part}` cannot be the name of a file on every system"; part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_some_system_or_git_cannot_have_is_told() {
        for path in [
            "app/main.py",
            ".gitignore",
            ".github/workflows/x.yml",
            "a b/c",
            "console/x",
            "é",
        ] {
            assert_eq!(unfit(path), None, "{path}");
        }
        for path in [
            ".git/hooks/post-checkout",
            ".dockerlab/state.json",
            "a/../b",
            "a//b",
            "CON",
            "a/aux.txt",
            "a:b",
            "a\\b",
            "x.",
            "x ",
            "a\u{1b}b",
        ] {
            assert!(unfit(path).is_some(), "{path}");
        }
    }

    #[test]
    fn a_language_has_files_of_its_own_and_the_rest_in_english() {
        let all = [
            CourseFile::new("workspace/README.md", "english".as_bytes()),
            CourseFile::new("workspace/app.js", "x".as_bytes()),
            CourseFile::new("workspace.fr/README.md", "français".as_bytes()),
            CourseFile::new("1-a/workspace/late.js", "y".as_bytes()),
        ];
        let course = all.iter().map(|file| (file.path.as_str(), file)).collect();
        let texts = |folder: &str, language: &str| {
            files(&course, folder, Language::of(language).unwrap(), BTreeMap::new())
                .into_iter()
                .map(|file| (file.path, String::from_utf8(file.bytes.into_owned()).unwrap()))
                .collect::<Vec<_>>()
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(texts("", "en"), [pair("README.md", "english"), pair("app.js", "x")]);
        assert_eq!(texts("", "fr"), [pair("README.md", "français"), pair("app.js", "x")]);
        assert_eq!(texts("1-a/", "fr"), [pair("late.js", "y")]);
    }

    #[test]
    fn placeholders_are_filled_in_where_a_workflow_has_them_and_nowhere_else() {
        let file = |path: &str| WorkspaceFile {
            path: path.to_owned(),
            bytes: "{{install}}".as_bytes().into(),
        };
        let filled = |path: &str| file(path).filled_in(Language::ENGLISH, None);
        assert!(!filled(".github/workflows/ci.yml").bytes.starts_with(b"{{"));
        assert_eq!(filled("app/page.html"), file("app/page.html"));
    }
}

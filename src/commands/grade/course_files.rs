//! The files of the course that replace those of a submission: the app, and all else that `start` adds, but no Dockerfile.

use std::borrow::Cow;

use crate::{
    course::{Course, workspace_files},
    disk::Scratch,
    error::Error,
    grading::Submission,
    language::Language,
};

/// The files by their paths.
pub(super) struct CourseFiles(Vec<(String, Cow<'static, str>)>);

impl CourseFiles {
    /// Those of a course.
    pub(super) fn of(course: &Course) -> Self {
        let mut files = files(Language::current());
        files.retain(|(path, _)| !course.tasks.iter().any(|task| task.dockerfile.as_ref() == Some(path)));
        Self(files)
    }

    /// What tells them from others.
    pub(super) fn told(&self) -> String {
        format!("{:?}", self.0)
    }

    /// Writes them over what a learner handed in.
    pub(super) fn write_over(&self, scratch: &Scratch) -> Result<(), Error> {
        self.0
            .iter()
            .try_for_each(|(path, text)| scratch.put_with_mode(path, text.as_bytes(), 0o644))
    }

    /// Those that the learner has changed. The same file in another language is no change.
    pub(super) fn changed(&self, submission: &Submission) -> Vec<String> {
        let all: Vec<_> = Language::all().map(files).collect();
        let is_changed = |path: &String| {
            let given = submission.files().get(path);
            let is_ours = |files: &Vec<(String, Cow<'static, str>)>| {
                let mut known = files.iter().filter(|(name, _)| name == path);
                known.any(|(_, text)| given.is_some_and(|given| given.bytes == text.as_bytes()))
            };
            given.is_some() && !all.iter().any(is_ours)
        };
        let paths = self.0.iter().map(|(path, _)| path);
        paths.filter(|path| is_changed(path)).cloned().collect()
    }
}

fn files(language: Language) -> Vec<(String, Cow<'static, str>)> {
    workspace_files(language, None)
}

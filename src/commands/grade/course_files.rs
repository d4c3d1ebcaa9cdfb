//! The files of the course that replace those of a submission: the app, and all else that the course adds, but no
//! Dockerfile.

use crate::{
    course::{Course, WorkspaceFile},
    disk::{Scratch, mode_of},
    error::Error,
    grading::Submission,
};

/// The files.
pub(super) struct CourseFiles(Vec<WorkspaceFile>);

impl CourseFiles {
    /// Those of a course.
    pub(super) fn of(course: &Course) -> Self {
        let mut files = course
            .tasks
            .last()
            .map_or_else(Vec::new, |last| course.files_until(last));
        files.retain(|file| {
            !course
                .tasks
                .iter()
                .any(|task| task.dockerfile.as_ref() == Some(&file.path))
        });
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
            .try_for_each(|file| scratch.put_with_mode(&file.path, &file.bytes, mode_of(&file.bytes)))
    }

    /// Those that the learner has changed.
    pub(super) fn changed(&self, submission: &Submission) -> Vec<String> {
        let is_changed = |file: &&WorkspaceFile| {
            let given = submission.files().get(&file.path);
            given.is_some_and(|given| given.bytes != *file.bytes)
        };
        self.0.iter().filter(is_changed).map(|file| file.path.clone()).collect()
    }
}

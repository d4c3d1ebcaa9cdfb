//! A course and its tasks.

use crate::{
    check::{Criterion, Probes},
    course::{grading::Grading, workspace::WorkspaceFile},
    language::Language,
    release::Release,
};

/// A course.
#[derive(Debug, Clone)]
pub struct Course {
    /// What it is called on the command line and in a workspace: "basics".
    pub id: String,
    /// Which edition of it this is, as its author counts.
    pub version: String,
    /// The SHA-256 of all its files, `sha256:…`.
    pub digest: String,
    /// The language that its texts are in, where they are translated.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// What is said at the first start.
    pub welcome: String,
    /// What is said when every task is passed.
    pub farewell: String,
    /// The rules by which points are given.
    pub grading: Grading,
    /// The tasks in the order of their folders' names.
    pub tasks: Vec<Task>,
    /// What is added when a workspace is made.
    pub workspace: Vec<WorkspaceFile>,
}

impl Course {
    /// The task with this id.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// The files that `start` adds to a workspace. A workflow among them installs `release`, or where this is none builds
    /// the program from source.
    pub fn workspace_files(&self, release: Option<&Release>) -> Vec<WorkspaceFile> {
        let files = self.workspace.iter();
        files.map(|file| file.filled_in(self.language, release)).collect()
    }

    /// The files that are in a workspace once a task is open, as the course adds them: its own, and those of the tasks
    /// up to this one.
    pub fn files_until(&self, task: &Task) -> Vec<WorkspaceFile> {
        let mut files = self.workspace_files(None);
        for opened in &self.tasks {
            files.extend(opened.files());
            if opened.id == task.id {
                break;
            }
        }
        files
    }

    /// The ids of all tasks, in order.
    pub fn ids(&self) -> Vec<&str> {
        self.tasks.iter().map(|task| task.id.as_str()).collect()
    }
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// What the learner types: "3-2".
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is about, in a line.
    pub summary: String,
    /// What is said after passing it.
    pub learned: String,
    /// The learner's Dockerfile, relative to the workspace; none for a task about a running container.
    pub dockerfile: Option<String>,
    /// The tag that the image gets, or the tag of the image that the task looks at.
    pub image: String,
    /// The port in the container that it serves on.
    pub port: u16,
    /// The task whose passed Dockerfile this one's is scaffolded from.
    pub from: Option<String>,
    /// What the learner's Dockerfile holds at first, where it is no copy of an earlier one.
    pub starter: Option<String>,
    /// What is added when the task opens, beside the Dockerfile.
    pub adds: Vec<WorkspaceFile>,
    /// The task whose image this one looks at, when it builds none of its own.
    pub image_of: Option<String>,
    /// The codes of the lint rules that it teaches.
    pub teaches: Vec<String>,
    /// What it is worth beside the other tasks.
    pub weight: f64,
    /// What is judged, in this order.
    pub criteria: Vec<Criterion>,
    /// What the learner reads, Markdown.
    pub lesson: String,
    /// The reference, shown after passing: file name and text.
    pub solutions: Vec<(String, String)>,
}

impl Task {
    /// Everything that has to be found out before judging.
    pub fn probes(&self) -> Probes {
        self.criteria
            .iter()
            .flat_map(|criterion| criterion.check.probes())
            .collect()
    }

    /// The reference for the task's Dockerfile.
    pub fn solution(&self) -> Option<&str> {
        let name = self.dockerfile.as_ref()?;
        let (_, text) = self.solutions.iter().find(|(file, _)| file == name)?;
        Some(text)
    }

    /// The files that are added when the task opens: its starter as the Dockerfile, and what it adds.
    pub fn files(&self) -> Vec<WorkspaceFile> {
        let starter = self.dockerfile.as_ref().zip(self.starter.as_ref());
        let starter = starter.map(|(name, text)| WorkspaceFile {
            path: name.clone(),
            bytes: text.clone().into_bytes().into(),
        });
        starter.into_iter().chain(self.adds.iter().cloned()).collect()
    }

    /// The criterion with this id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }
}

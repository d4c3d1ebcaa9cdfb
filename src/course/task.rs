//! A course and its tasks.

use crate::check::{Criterion, Probes};

/// A course.
#[derive(Debug, Clone)]
pub struct Course {
    /// Its title.
    pub title: String,
    /// What is said at the first start.
    pub welcome: String,
    /// What is said when every task is passed.
    pub farewell: String,
    /// The tasks in the order of their folders' names.
    pub tasks: Vec<Task>,
}

impl Course {
    /// The task with this id.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
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
    /// The task whose image this one looks at, when it builds none of its own.
    pub image_of: Option<String>,
    /// The codes of the lint rules that it teaches.
    pub teaches: Vec<String>,
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

    /// The criterion with this id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }
}

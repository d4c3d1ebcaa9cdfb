//! What a submission came to, as it is kept: whole, and with what it depends on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::Verdicts;

/// The schema of a kept result.
pub const GRADED_SCHEMA: &str = "dockerlab/graded/1";

/// How a task came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It was judged: the verdicts tell.
    Judged,
    /// There is no Dockerfile for it, or an empty one.
    Missing,
    /// Its Dockerfile is none that docker would read.
    Unreadable,
    /// Nothing can be said about it: somebody has to look.
    CannotCheck,
}

/// A task of a submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct GradedTask {
    /// What the result depends on, as a digest: files, criteria, the course's files, the program.
    pub key: String,
    /// How it came out.
    pub state: State,
    /// Why it was not judged, a sentence's end.
    pub reason: Option<String>,
    /// Whether the next run tries again: the engine failed.
    pub again: bool,
    /// The verdicts, where it was judged.
    pub verdicts: Verdicts,
    /// The Dockerfile that was judged.
    pub dockerfile: Option<String>,
    /// The image's size in bytes.
    pub image_size: Option<u64>,
    /// The engine that was asked.
    pub engine: Option<String>,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// How long it took.
    pub seconds: f64,
}

/// A submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Graded {
    /// [`GRADED_SCHEMA`].
    pub schema: String,
    /// Whose it is.
    pub id: String,
    /// The digest of its files; none where they could not be read.
    pub digest: Option<String>,
    /// The commit, where it came from git.
    pub commit: Option<String>,
    /// Why it was not judged at all, a sentence's end: somebody has to look.
    pub refused: Option<String>,
    /// Whether nothing was handed in.
    pub absent: bool,
    /// Files of the course that the learner had changed, and that were put back.
    pub put_back: Vec<String>,
    /// The tasks by their ids.
    pub tasks: BTreeMap<String, GradedTask>,
}

impl Graded {
    /// Nothing judged yet.
    pub fn new(id: &str) -> Self {
        Self {
            schema: GRADED_SCHEMA.to_owned(),
            id: id.to_owned(),
            digest: None,
            commit: None,
            refused: None,
            absent: false,
            put_back: Vec::new(),
            tasks: BTreeMap::new(),
        }
    }

    /// A submission that was refused.
    pub fn refused(id: &str, why: String) -> Self {
        Self {
            refused: Some(why),
            ..Self::new(id)
        }
    }

    /// A task's result that still holds.
    pub fn still(&self, task: &str, key: &str) -> Option<&GradedTask> {
        self.tasks.get(task).filter(|kept| kept.key == key && !kept.again)
    }
}

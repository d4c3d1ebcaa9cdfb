//! What was found out about an image: the answers that tests are judged by.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileKind {
    /// A regular file.
    #[default]
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A block device.
    BlockDevice,
    /// A character device.
    CharacterDevice,
    /// A pipe.
    Pipe,
    /// A device or a pipe, where it is not told which, or something else.
    Other,
}

/// A path of an image, a link at its end not followed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSeen {
    /// What it is.
    pub kind: FileKind,
    /// Permission bits, with set-user-id, set-group-id and sticky.
    pub mode: u32,
    /// Owner and group; none where they are not known.
    pub owner: Option<(u64, u64)>,
    /// Bytes of a regular file.
    pub size: u64,
    /// Where a symbolic link leads.
    pub link: Option<String>,
}

/// Answers about files, by the path that was asked for. An error is why there is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilesSeen {
    /// Paths that were looked at.
    pub looked: BTreeMap<String, Result<FileSeen, String>>,
    /// Files that were read.
    pub read: BTreeMap<String, Result<Vec<u8>, String>>,
    /// Folders that were listed: the names of the folders in them.
    pub listed: BTreeMap<String, Result<Vec<String>, String>>,
}

/// What came of a command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommandSeen {
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
    /// Whether it wrote more than is kept.
    pub is_cut: bool,
    /// Its exit code.
    pub exit_code: i64,
    /// Why it was not run, in the engine's words.
    pub not_run: Option<String>,
    /// The setup step that could not be run, and why.
    pub setup_not_run: Option<String>,
    /// The first setup step that failed, with its exit code and what it printed.
    pub setup_failed: Option<(String, i64, String)>,
    /// How long it was waited for, when it did not end.
    pub timed_out: Option<Duration>,
    /// How long it took.
    pub seconds: f64,
}

/// What came of a container that should serve.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaemonSeen {
    /// Why it did not start.
    pub start_error: Option<String>,
    /// The code that it ended with.
    pub exit_code: Option<i64>,
    /// The status and the body of its answer.
    pub answer: Option<(u16, String)>,
    /// Its last lines.
    pub log: String,
}

/// All answers to the questions of a file of tests.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// About files.
    pub files: FilesSeen,
    /// About commands, by the number of their test.
    pub commands: BTreeMap<usize, CommandSeen>,
    /// About containers that serve, by the number of their test.
    pub daemons: BTreeMap<usize, DaemonSeen>,
    /// Whether the image begins with the layers of an image, by that one's name; an error is why that is not known.
    pub bases: BTreeMap<String, Result<bool, String>>,
}

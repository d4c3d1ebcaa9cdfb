//! The course as data: `course.toml` and a folder a task, read from the embedded set or from a folder.
//!
//! Nothing here opens a file: the loader takes paths and texts. Every mistake that an author can make is told by
//! file, line and key, all of them at once.

mod across_tasks;
pub mod artifact;
mod base_names;
pub mod built_in;
mod digest;
mod embedded_folder;
mod entry;
mod file;
mod grading;
mod keys;
mod lesson;
mod load;
mod mistake;
mod parse;
mod schemas;
mod shared;
mod task;
mod task_folder;
mod templates;
mod translation;
mod workspace;

pub use digest::{digest_of, hex_of, sha256};
pub use file::CourseFile;
pub use grading::Grading;
pub use lesson::steps;
pub use load::load;
pub use mistake::Mistake;
pub use schemas::schemas;
pub use task::{Course, Task};
pub use templates::beginning;
pub use workspace::WorkspaceFile;

//! Structure tests: what an image has to contain and to do, in the files of container-structure-test.
//!
//! A file becomes tests ([`read`]); they say which files, commands and metadata they need ([`Questions`]); an engine, an
//! archive or this machine answers; [`judge`] compares. Nothing here asks anything itself.

mod env_file;
mod expand;
mod file_mode;
mod judge;
mod metadata;
mod mistake;
mod outcome;
mod pattern;
mod questions;
mod read;
mod seen;
mod suite;
mod warnings;
mod within_image;
mod write;
mod yaml;

pub use env_file::variables as env_file;
pub use expand::{Environment, expand};
pub use judge::judge;
pub use mistake::Mistake;
pub use outcome::{Outcome, Problem};
pub use questions::{Daemon, FileQuestions, Questions, Trial, questions};
pub use read::{Dialect, read, read_with};
pub use seen::{CommandSeen, DaemonSeen, FileKind, FileSeen, FilesSeen, Seen};
pub use suite::{Check, DaemonTest, Mode, RunOptions, Schema, Suite, Test, Variable};
pub use warnings::warnings;
pub use within_image::{Follows, answer_from, kept_files};
pub use write::{Shown, write};

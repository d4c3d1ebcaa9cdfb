//! What an image is made of: its archive read as a stream, its layers merged, its packages listed.
//!
//! An archive is untrusted: everything is bounded, paths are only compared and never followed on disk, and nothing is
//! unpacked. Nothing here opens a file or asks an engine.

mod analysis;
mod archive;
mod ci;
mod compare;
mod compression;
mod config;
mod content;
mod debian;
mod efficiency;
mod error;
mod history;
mod layer;
mod limits;
mod manifest;
mod map;
mod members;
mod passwd;
mod path;
mod platform;
mod python;
mod source;
mod stack;
mod stored;
#[cfg(test)]
mod tests;
mod topic;
mod tree;
mod view;

pub use analysis::{Analysis, Cause, Folder, LayerFacts, Waste};
pub use archive::{Image, read, read_for};
pub use ci::{CiResult, CiRules};
pub use compare::{Comparison, Grown};
pub use compression::decompressed;
pub use config::{Config, History, environment, working_dir};
pub use debian::{AptPackage, Recommended, apt_commands, auto_installed, installed, recommended_only};
pub use efficiency::{LikeDive, RepeatedFile};
pub use error::ArchiveError;
pub use history::{MadeBy, instruction_of};
pub use layer::{Entry, EntryKind, Layer};
pub use limits::{KeptFiles, Limits};
pub use manifest::Choice;
pub use map::Mapped;
pub use passwd::{User, users};
pub use platform::Platform;
pub use python::{PythonPackage, python_packages};
pub use source::ReadAt;
pub use stored::{ArchiveFile, Opened, Store, read_file, read_stored};
pub use topic::Topic;
pub use tree::{Node, Tree};
pub use view::{Mark, Seen, View};

//! What an image is made of: its archive read as a stream, its layers merged, its packages listed.
//!
//! An archive is untrusted: everything is bounded, paths are only compared and never followed on disk, and nothing is
//! unpacked. Nothing here opens a file or asks an engine.

mod archive;
mod config;
mod debian;
mod history;
mod layer;
mod passwd;
mod python;
mod tree;

pub use archive::{ArchiveError, Image, Limits, Wanted, read};
pub use config::{Config, History};
pub use debian::{AptPackage, Recommended, auto_installed, installed, recommended_only};
pub use history::{MadeBy, instruction_of};
pub use layer::{Entry, EntryKind, Layer};
pub use passwd::{User, users};
pub use python::{PythonPackage, python_packages};
pub use tree::{Node, Tree};

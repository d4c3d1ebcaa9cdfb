//! The text of a Dockerfile and its neighbours, read as BuildKit reads them.
//!
//! Reading never fails: every function returns what it understood and, beside it, the problems. Nothing here opens a
//! file, and nothing here knows of images or engines.

mod heredoc;
mod ignore;
mod instruction;
mod parse;
mod pattern;
mod reference;
mod shell;
mod stages;
mod substitute;
mod words;

pub use ignore::{Ignore, Walk};
pub use instruction::{Directive, Dockerfile, Flag, Form, Heredoc, Instruction, Keyword, Problem};
pub use parse::parse;
pub use pattern::Glob;
pub use reference::ImageName;
pub use shell::{Command, Connector, Word, commands};
pub use stages::{ArgVar, Copied, EnvVar, FinalImage, Located, Stage, final_image, stages};

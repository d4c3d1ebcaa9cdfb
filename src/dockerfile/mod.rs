//! Reads Dockerfiles and what stands beside them: source text in, values with their lines out.
//!
//! Nothing here fails and nothing here reads a file: a function returns what it understood and the problems that
//! it met on the way. The grammar is BuildKit's, so that what `docker build` accepts is accepted and what it refuses
//! is a [`Problem`]; unlike it, reading goes on after a mistake. Work and memory grow with the length of the text,
//! whatever stands in it.
//!
//! - [`parse`] gives the instructions; [`Dockerfile::stages`] groups them, [`final_image`] says what they add up to.
//! - [`as_buildkit`] gives them as BuildKit's own parser does.
//! - [`commands`] gives the simple commands of a RUN, [`written_commands`] as they are spelled there.
//! - [`Ignore`] is a `.dockerignore`, [`Glob`] one pattern of the same kind.
//! - [`ImageName`] is the name of an image.

mod arguments;
mod blanks;
mod buildkit;
mod final_image;
mod flags;
mod heredoc;
mod ignore;
mod instruction;
mod json_array;
mod parse;
mod pattern;
mod place;
mod planner;
mod problem;
mod reference;
mod shell;
mod shell_pattern;
mod stages;
mod substitute;

pub use buildkit::{BuildkitHeredoc, BuildkitInstruction, as_buildkit};
pub use final_image::{ArgVar, Copied, EnvVar, FinalImage, Healthcheck, Located};
pub use heredoc::Heredoc;
pub use ignore::{Ignore, Matched, Walk};
pub use instruction::{Comment, Directive, Dockerfile, Flag, Form, Instruction, Keyword, Pair};
pub use parse::parse;
pub use pattern::{Glob, PatternProblem};
pub use planner::final_image;
pub use problem::{Problem, ProblemKind, nearest};
pub use reference::ImageName;
pub use shell::{
    Command, Connector, Redirection, Shell, Word, command_behind, commands, commands_in, commands_of_script,
    written_commands,
};
pub use stages::Stage;
pub use substitute::{Rules as SubstitutionRules, Substituted, substitute};

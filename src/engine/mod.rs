//! EDGE: the only user of bollard and tokio.
//!
//! [`port`] says what the rest of the program may ask; [`DockerEngine`] answers it. bollard serves for everything but
//! BuildKit's builds: those need a session that offers the build context's files one by one, which bollard does not
//! have, and without which a Dockerfile that `.dockerignore` keeps out lands in the image all the same. See
//! [`buildkit`].

mod buildkit;
mod classic;
mod container;
mod docker;
mod errors;
mod image;
mod locate;
pub mod port;
mod run;
mod shell;
mod text;

pub use docker::DockerEngine;
pub use locate::{Hints, Target, locate};
pub use port::Engine;
pub use text::clean;

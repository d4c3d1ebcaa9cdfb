//! EDGE: the only user of bollard and tokio.
//!
//! [`port`] says what the rest of the program may ask; [`DockerEngine`] answers it, for Docker and what is compatible
//! with it. [`locate`] finds the engine that the docker client would use, [`open`] gets ready to ask it.
//!
//! bollard asks everything except two things. BuildKit builds need a session that serves the build context, as
//! `docker build` does it (`buildkit`): an uploaded archive would put a Dockerfile that `.dockerignore` keeps out into
//! the image. And an interactive terminal needs the bytes as they are (`raw`).
//!
//! Callbacks that are handed to an engine are called from inside its async runtime: they must not ask the engine
//! anything.

mod buildkit;
mod classic;
mod command;
mod connect;
mod containers;
mod context_tar;
mod credentials;
mod docker;
mod errors;
mod health;
mod image;
mod listening;
mod listing;
pub mod port;
mod push;
mod push_refusal;
mod raw;
mod run;
mod serve;
mod service;
mod shell;
mod steps;
mod text;

pub use connect::{LocateHints, Target, locate};
pub use credentials::{Login, Looked, find_login, has_login};
pub use docker::{DockerEngine, open};

//! EDGE: the only user of bollard and tokio.
//!
//! [`port`] says what the rest of the program may ask; [`DockerEngine`] answers it, for Docker and what is compatible
//! with it. [`locate`] finds the engine that the docker client would use, [`open`] gets ready to ask it.
//!
//! bollard asks what it can ask; its requests and ours go over connections of our own (`connection`, `requests`). Ours
//! are: BuildKit builds, which need a session that serves the build context as `docker build` does it (`buildkit`: an
//! uploaded archive would put a Dockerfile that `.dockerignore` keeps out into the image), terminals, whose bytes stay as
//! they are, and answers with states that bollard does not know.
//!
//! Nothing that an engine answers is read without a bound on its bytes, and nothing is waited for without one on time.
//!
//! Callbacks that are handed to an engine are called from inside its async runtime: they must not ask the engine
//! anything.

mod address;
mod answers;
mod ask_inside;
mod background;
mod build_request;
mod buildkit;
mod classic;
mod client;
mod connection;
mod container_answers;
mod containers;
mod context_tar;
mod docker;
mod errors;
mod existing;
mod files;
mod foreground;
mod health;
mod http_probe;
mod image;
mod json_message;
mod log_frames;
mod one_off;
pub mod port;
mod proc_files;
mod push;
mod push_refusal;
mod requests;
mod setup;
mod shell;
mod steps;
#[cfg(test)]
mod tests;
mod text;
mod tls;
mod trials;
mod written;

pub use client::{LocateHints, Login, Looked, Target, config_folder, find_login, has_login, locate};
pub use docker::{DockerEngine, open};

//! One file a verb. The only place where disk, engine, terminal and output meet.

pub mod build;
pub mod check;
pub mod clean;
pub mod config;
pub mod diff;
pub mod doctor;
mod guided;
pub mod hint;
pub mod inspect;
pub mod instructor;
pub mod lint;
pub mod parse;
pub mod push;
pub mod read;
pub mod registry;
pub mod run;
mod scrolled;
pub mod shell;
pub mod solution;
pub mod start;
pub mod status;
pub mod watch;

#[cfg(test)]
mod tests;

//! Judging one task: what is found out, what it comes to, and what is kept of it.
//!
//! [`gather`] asks the engine what a task's criteria need to know; [`attempt`] judges it and keeps the outcome;
//! [`on_save`] does both on every save; [`diagnosis`] looks for what is wrong with the engine. All of them work with a
//! [`Lab`], which holds the edges: tests put a scripted engine and a scripted terminal there.

pub mod attempt;
pub mod courses;
pub mod diagnosis;
pub mod gather;
mod lab;
pub mod leftovers;
pub mod named_image;
pub mod on_save;
pub mod own_image;
#[cfg(test)]
pub(crate) mod scripted;
mod side_by_side;
pub mod structure_run;
pub mod throwaway;
mod transcript;

pub use lab::{Clock, Edges, Lab, Open, short};
pub use leftovers::Labels;
pub use side_by_side::side_by_side;

//! Answers that nobody typed: a grammar composes them, each with the label that follows from how it was composed.
//!
//! A right answer keeps to the exercise in every slot, in one of the spellings that give the same result. A wrong one
//! breaks exactly one requirement ([`breaks`]). Neither asks the course's criteria, so these can be compared with it:
//! by the Dockerfile's text here, by containers in `needs_engine_grammar`.

mod apt;
mod breaks;
mod composer;
pub(crate) mod container;
mod files;
mod judged;
mod packages;
mod poetry;
mod start;
mod tail;
mod texts;

pub(crate) use composer::{Answer, Composer, TASKS, breaks_below, breaks_of, compose, compose_below};
pub(crate) use judged::Faults;

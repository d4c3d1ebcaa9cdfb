//! Edges that answer as a test says: an engine, a terminal, a clock, memory for the streams, a course of three tasks
//! and a workspace. What commands do with them runs in milliseconds and asks nothing of the machine.

mod bench;
mod engine;
mod picture;
mod terminal;

pub(crate) use bench::{Bench, RIGHT, args, base_layer, right_picture};
pub(crate) use engine::{Built, ScriptedEngine};
pub(crate) use picture::{Layer, Picture, picture};

//! The program from outside. Modules named `needs_engine_…` fail without the engines that `scripts/test` brings up;
//! all others need none.

mod course;
mod house;
mod needs_engine_course;
mod needs_engine_proofs;
mod needs_engine_trouble;
mod screens;
mod state;
mod support;
mod wrong_use;

//! Judges evidence against criteria.
//!
//! Nothing here asks an engine or a disk anything: evidence in, verdicts out. What has to be found out first is said
//! by each kind of criterion as [`Probe`]s; `judging::gather` answers them.

mod advice;
mod case;
mod coach;
pub mod criteria;
mod criterion;
pub mod evidence;
pub mod failed_build;
mod image_evidence;
mod judge;
mod origin;
pub mod probe;
#[cfg(test)]
mod sample;
mod sighting;
mod verdict;

pub use advice::{advice, facts};
pub use case::Case;
pub use coach::{Because, BuildRecord, Coached, CoachedStep, coach};
pub use criterion::Criterion;
pub use image_evidence::image_evidence;
pub use judge::judge;
pub use origin::origins;
pub use probe::{Probe, Probes};
pub use sighting::is_below;
pub use verdict::{Failure, Outcome, Place, Verdict, Verdicts};

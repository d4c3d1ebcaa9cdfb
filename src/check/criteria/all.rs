//! `check.all`: each of these holds.

use serde::Deserialize;

use super::{Judge, Kind};
use crate::check::{case::Case, probe::Probe, verdict::Outcome};

/// The checks, the first failing one being told.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct All(Vec<Kind>);

impl Judge for All {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let outcomes: Vec<Outcome> = self.0.iter().map(|kind| kind.judge(case)).collect();
        let first = |word: &str| outcomes.iter().find(|outcome| outcome.word() == word).cloned();
        first("fail").or_else(|| first("skipped")).or_else(|| first("cannot-check")).unwrap_or(Outcome::Pass)
    }

    fn probes(&self) -> Vec<Probe> {
        self.0.iter().flat_map(Kind::probes).collect()
    }
}

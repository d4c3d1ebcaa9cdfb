//! `check.any`: one of these holds.

use serde::Deserialize;

use super::{Judge, Kind};
use crate::check::{case::Case, probe::Probe, verdict::Outcome};

/// The checks, of which the first is told when none holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Any(Vec<Kind>);

impl Judge for Any {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let outcomes: Vec<Outcome> = self.0.iter().map(|kind| kind.judge(case)).collect();
        let first = |word: &str| outcomes.iter().find(|outcome| outcome.word() == word).cloned();
        first("pass")
            .or_else(|| first("cannot-check"))
            .or_else(|| first("skipped"))
            .or_else(|| first("fail"))
            .unwrap_or(Outcome::Pass)
    }

    fn probes(&self) -> Vec<Probe> {
        self.0.iter().flat_map(Kind::probes).collect()
    }
}

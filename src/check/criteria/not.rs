//! `check.not`: this does not hold.

use serde::Deserialize;

use super::{Judge, Kind};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The check that must fail, and what is said when it does not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Not {
    check: Box<Kind>,
    expected: String,
    found: String,
}

impl Not {
    /// Turns a check round.
    pub(super) fn of(check: Kind) -> Self {
        Self {
            check: Box::new(check),
            expected: "the opposite".to_owned(),
            found: "it holds".to_owned(),
        }
    }
}

impl Judge for Not {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        match self.check.judge(case) {
            Outcome::Pass => Outcome::Fail(
                Failure::new(self.expected.clone(), self.found.clone()).at(self.check.met_at(case)),
            ),
            Outcome::Fail(_) => Outcome::Pass,
            other => other,
        }
    }

    fn probes(&self) -> Vec<Probe> {
        self.check.probes()
    }
}

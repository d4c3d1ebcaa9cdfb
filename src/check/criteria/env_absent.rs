//! `check.env-absent`: the image does not carry this environment variable.

use serde::Deserialize;

use super::{
    Judge,
    env::{line_of, value_of},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The variable's name.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct EnvAbsent(String);

impl Judge for EnvAbsent {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let name = &self.0;
        // A later `ENV NAME=` leaves the name in the image, so it counts as set.
        let value = match value_of(case, name) {
            Ok(value) => value,
            Err(outcome) => return outcome,
        };
        let Some(value) = value else {
            return Outcome::Pass;
        };
        Outcome::Fail(
            Failure::new(
                format!("an image without `{name}` in its environment"),
                format!("every container of it starts with `{name}={value}`"),
            )
            .at(line_of(case, name).and_then(|line| case.line(line))),
        )
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

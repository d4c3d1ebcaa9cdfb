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
            Outcome::Pass => {
                Outcome::Fail(Failure::new(self.expected.clone(), self.found.clone()).at(self.check.met_at(case)))
            }
            Outcome::Fail(_) => Outcome::Pass,
            other => other,
        }
    }

    fn probes(&self) -> Vec<Probe> {
        self.check.probes()
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, failure, is_refused};

    #[test]
    fn a_check_is_turned_round_and_points_where_it_held() {
        let no_curl = r#"not = { check = { runs-command = { programs = ["curl"] } }, expected = "no curl", found = "a RUN has it" }"#;
        Sample::of("FROM b\nRUN wget x\n").passes(no_curl);
        Sample::of("FROM b\nRUN a \\\n && curl x\n").fails_at(no_curl, "a RUN has it", 3);
        let not_there = r#"not = { check = { present = ["x"] }, expected = "e", found = "f" }"#;
        Sample::of("FROM b\n").cannot_be_checked(not_there);
        Sample::of("FROM b\n")
            .failed(failure("x", None, &[]))
            .is_skipped(not_there);
        assert!(is_refused("not = { check = { builds = {} } }"));
    }
}

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

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, failure, is_refused};

    #[test]
    fn one_that_holds_is_enough_and_one_that_may_hold_spares_a_failure() {
        let sample = Sample::of("FROM b\nEXPOSE 80\n");
        sample
            .passes("any = [{ exposes = 81 }, { exposes = 80 }]")
            .passes(r#"any = [{ present = ["x"] }, { exposes = 80 }]"#)
            .fails(r#"any = [{ exposes = 81 }, { base = { any-of = ["c"] } }]"#, "80/tcp")
            .cannot_be_checked(r#"any = [{ exposes = 81 }, { present = ["x"] }]"#);
        sample
            .failed(failure("x", None, &[]))
            .is_skipped(r#"any = [{ exposes = 81 }, { present = ["x"] }]"#);
        assert!(is_refused("any = [{ nothing = 1 }]"));
    }
}

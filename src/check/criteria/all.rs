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
        first("fail")
            .or_else(|| first("skipped"))
            .or_else(|| first("cannot-check"))
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
    fn the_first_that_does_not_hold_is_told() {
        let sample = Sample::of("FROM b\nEXPOSE 80\n");
        sample
            .passes("all = []")
            .passes(r#"all = [{ exposes = 80 }, { base = { any-of = ["b"] } }]"#)
            .fails("all = [{ exposes = 80 }, { exposes = 81 }]", "80/tcp")
            .fails(r#"all = [{ present = ["x"] }, { exposes = 81 }]"#, "80/tcp")
            .cannot_be_checked(r#"all = [{ exposes = 80 }, { present = ["x"] }]"#);
        sample
            .failed(failure("x", None, &[]))
            .is_skipped(r#"all = [{ present = ["x"] }, { exposes = 80 }]"#);
        assert!(is_refused("all = { exposes = 80 }"));
    }
}

//! `check.any`: one of these holds.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, asks_for_something};
use crate::check::{case::Case, probe::Probe, verdict::Outcome};

/// The checks, of which the first is told when none holds.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Any<K>(Vec<K>);

impl<K: Judge> Judge for Any<K> {
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
        self.0.iter().flat_map(Judge::probes).collect()
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = asks_for_something("any", &self.0);
        mistakes.extend(self.0.iter().flat_map(Judge::mistakes));
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    /// No image is known, and the file is kept out of the context.
    fn sample() -> Sample {
        Sample::of("FROM x\nWORKDIR /a\n").ignore("b\n")
    }

    #[test]
    fn one_check_that_holds_is_enough() {
        sample()
            .passes(r#"any = [{ exposes = 1 }, { kept-out = ["b"] }]"#)
            .passes(r#"any = [{ present = ["a"] }, { kept-out = ["b"] }]"#)
            .passes("any = []");
        sample()
            .failed("exit code: 1")
            .passes(r#"any = [{ present = ["a"] }, { kept-out = ["b"] }]"#);
    }

    #[test]
    fn the_first_failure_is_told_when_none_holds() {
        sample().fails_at(
            r#"any = [{ workdir = { any-of = ["/b"] } }, { exposes = 1 }]"#,
            "it is `/a`",
            2,
        );
    }

    #[test]
    fn what_could_not_be_checked_might_have_been_the_one() {
        sample().cannot_check(r#"any = [{ exposes = 1 }, { present = ["a"] }]"#);
        // What a Dockerfile without a stage says is skipped; without an engine, paths cannot be checked.
        Sample::of("").cannot_check(r#"any = [{ exposes = 1 }, { present = ["a"] }]"#);
    }

    #[test]
    fn when_all_are_skipped_it_is_skipped() {
        sample()
            .failed("exit code: 1")
            .skips(r#"any = [{ present = ["a"] }, { present = ["b"] }]"#);
    }

    #[test]
    fn its_setting_is_a_list_of_checks() {
        refused("any = { exposes = 1 }", "invalid type");
        refused("any = [{}]", "exactly 1 element");
        refused("any = [{ exposes = \"1\" }]", "invalid type");
    }
}

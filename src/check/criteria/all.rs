//! `check.all`: each of these holds.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, asks_for_something};
use crate::check::{case::Case, probe::Probe, verdict::Outcome};

/// The checks, the first failing one being told.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct All<K>(Vec<K>);

impl<K> All<K> {
    /// One that always holds.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }
}

impl<K: Judge> Judge for All<K> {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let outcomes: Vec<Outcome> = self.0.iter().map(|kind| kind.judge(case)).collect();
        let first = |word: &str| outcomes.iter().find(|outcome| outcome.word() == word).cloned();
        first("fail")
            .or_else(|| first("skipped"))
            .or_else(|| first("cannot-check"))
            .unwrap_or(Outcome::Pass)
    }

    fn probes(&self) -> Vec<Probe> {
        self.0.iter().flat_map(Judge::probes).collect()
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = asks_for_something("all", &self.0);
        mistakes.extend(self.0.iter().flat_map(Judge::mistakes));
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        sample::{Sample, refused},
        verdict::Outcome,
    };

    /// No image is known, and the file is kept out of the context.
    fn sample() -> Sample {
        Sample::of("FROM x\nWORKDIR /a\n").ignore("b\n")
    }

    /// The build failed, so what needs an image is skipped.
    fn without_image() -> Sample {
        sample().failed("exit code: 1")
    }

    #[test]
    fn each_check_must_hold() {
        sample()
            .passes(r#"all = [{ kept-out = ["b"] }, { workdir = { any-of = ["/a"] } }]"#)
            .fails(
                r#"all = [{ kept-out = ["b"] }, { workdir = { any-of = ["/b"] } }]"#,
                "it is `/a`",
            )
            .passes("all = []");
    }

    #[test]
    fn the_first_failure_is_told_before_anything_else() {
        sample().fails_at(
            r#"all = [{ present = ["a"] }, { workdir = { any-of = ["/b"] } }, { exposes = 1 }]"#,
            "it is `/a`",
            2,
        );
        without_image().fails(r#"all = [{ present = ["a"] }, { exposes = 1 }]"#, "no port is exposed");
    }

    #[test]
    fn what_was_skipped_comes_before_what_could_not_be_checked() {
        sample().cannot_check(r#"all = [{ kept-out = ["b"] }, { present = ["a"] }]"#);
        without_image().skips(r#"all = [{ kept-out = ["b"] }, { present = ["a"] }]"#);
        // What a Dockerfile without a stage says is skipped; without an engine, paths cannot be checked.
        let empty = Sample::of("");
        empty.cannot_check(r#"present = ["a"]"#).skips("exposes = 1");
        empty.skips(r#"all = [{ present = ["a"] }, { exposes = 1 }]"#);
    }

    #[test]
    fn lists_may_stand_in_lists() {
        sample().passes(r#"all = [{ any = [{ exposes = 1 }, { all = [{ kept-out = ["b"] }] }] }]"#);
        let without_engine = sample().outcome(r#"all = [{ any = [{ exposes = 1 }, { present = ["a"] }] }]"#);
        assert_eq!(without_engine, Outcome::cannot_check("no engine was used"));
    }

    #[test]
    fn its_setting_is_a_list_of_checks() {
        refused("all = { exposes = 1 }", "invalid type");
        refused("all = [{ expose = 1 }]", "unknown variant `expose`");
        refused(r#"all = [{ exposes = 1, env-absent = "A" }]"#, "exactly 1 element");
    }
}

//! `check.not`: this does not hold.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, says_something};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The check that must fail, and what is said when it does not.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Not<K> {
    check: Box<K>,
    expected: String,
    found: String,
}

impl<K> Not<K> {
    /// Turns a check round.
    pub(super) fn of(check: K) -> Self {
        Self {
            check: Box::new(check),
            expected: say!("the opposite").to_owned(),
            found: say!("it is met").to_owned(),
        }
    }
}

impl<K: Judge> Judge for Not<K> {
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

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = self.check.mistakes();
        mistakes.extend(says_something("expected", &self.expected));
        mistakes.extend(says_something("found", &self.found));
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        sample::{Sample, refused},
        verdict::Outcome,
    };

    fn not(check: &str) -> String {
        format!(r#"not = {{ check = {{ {check} }}, expected = "none", found = "there is one" }}"#)
    }

    #[test]
    fn pass_and_fail_change_places() {
        let sample = Sample::of("FROM x\nEXPOSE 80\n");
        sample
            .passes(&not("exposes = 8000"))
            .fails(&not("exposes = 80"), "there is one");
        sample.passes(&not(&not("exposes = 80")));
    }

    #[test]
    fn its_author_says_what_was_found() {
        let Outcome::Fail(failure) = Sample::of("FROM x\nEXPOSE 80\n").outcome(&not("exposes = 80")) else {
            panic!("the port is exposed");
        };
        assert_eq!(
            (failure.expected.as_str(), failure.found.as_str()),
            ("none", "there is one")
        );
    }

    #[test]
    fn what_was_not_judged_stays_as_it_is() {
        let present = not(r#"present = ["a"]"#);
        Sample::of("FROM x\n").cannot_check(&present);
        Sample::of("FROM x\n").failed("exit code: 1").skips(&present);
    }

    #[test]
    fn its_settings_are_a_check_and_what_is_said() {
        refused("not = { exposes = 80 }", "unknown field `exposes`");
        refused("not = { check = { exposes = 80 } }", "missing field `expected`");
        refused(&not("exposed = 80"), "unknown variant `exposed`");
    }
}

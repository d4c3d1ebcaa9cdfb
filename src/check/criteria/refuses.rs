//! `check.refuses`: this command, run in the image, does not succeed.

use serde::Deserialize;

use super::Judge;
use crate::check::{
    case::{Case, known},
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The command's words.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Refuses(Vec<String>);

impl Judge for Refuses {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let run = match case.run() {
            Ok(run) => run,
            Err(outcome) => return outcome,
        };
        let line = self.0.join(" ");
        let Some(asked) = run.commands.get(&line) else {
            return Outcome::cannot_check(format!("`{line}` was not run"));
        };
        let result = match known(asked) {
            Ok(result) => result,
            Err(outcome) => return outcome,
        };
        // A program that is missing refuses nothing.
        if matches!(result.exit_code, 126 | 127) {
            return Outcome::cannot_check(format!(
                "the image has no `{}`",
                self.0.first().map_or("", String::as_str)
            ));
        }
        Outcome::pass_if(result.exit_code != 0, || {
            let place = case.planned.and_then(|planned| case.line(planned.user.as_ref()?.line));
            Failure::new(
                format!("`{line}` refused in the working directory"),
                "it succeeds: the container's user may write there",
            )
            .at(place)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Command(self.0.clone())]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn only_a_command_that_ran_and_failed_was_refused() {
        let touch = r#"refuses = ["touch", "x"]"#;
        Sample::of("FROM b\n")
            .running("touch x", 1, "Permission denied")
            .passes(touch);
        Sample::of("FROM b\nUSER me\n")
            .running("touch x", 0, "")
            .fails_at(touch, "it succeeds", 2);
        Sample::of("FROM b\n")
            .running("touch x", 127, "")
            .cannot_be_checked(touch);
        assert!(is_refused(r#"refuses = "touch x""#));
    }
}

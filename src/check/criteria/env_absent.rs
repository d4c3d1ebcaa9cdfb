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

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn a_variable_that_was_emptied_is_still_there() {
        let absent = r#"env-absent = "A""#;
        Sample::of("FROM b\nARG A=1\n").passes(absent);
        Sample::of("FROM b\nENV A=1\nENV A=\n").fails_at(absent, "`A=`", 3);
        Sample::of("FROM b\n")
            .image(|image| image.env.push(("A".to_owned(), String::new())))
            .fails(absent, "`A=`");
        assert!(is_refused("env-absent = 1"));
    }
}

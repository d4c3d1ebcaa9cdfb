//! `check.env`: an environment variable of the image has one of these values.

use serde::Deserialize;

use super::{Judge, spelling::listed};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The variable and the values that are right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Env {
    name: String,
    any_of: Vec<String>,
}

impl Judge for Env {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let value = match value_of(case, &self.name) {
            Ok(value) => value,
            Err(outcome) => return outcome,
        };
        let right = value.as_ref().is_some_and(|value| self.any_of.contains(value));
        Outcome::pass_if(right, || {
            let by_arg = case
                .planned
                .and_then(|planned| planned.args.iter().find(|arg| arg.name == self.name));
            let found = match (&value, by_arg) {
                (None, Some(_)) => "it is set with ARG, which is gone when the build is done".to_owned(),
                (None, None) => format!("`{}` is not set", self.name),
                (Some(value), _) if value.is_empty() => "it is empty".to_owned(),
                (Some(value), _) => format!("it is `{value}`"),
            };
            let line = line_of(case, &self.name).or(by_arg.map(|arg| arg.line));
            Failure::new(
                format!(
                    "`{}` set to {} in the image's environment",
                    self.name,
                    listed(&self.any_of, "or")
                ),
                found,
            )
            .at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

/// The value of a variable in the image, or in its plan where there is none.
pub(super) fn value_of(case: &Case<'_>, name: &str) -> Result<Option<String>, Outcome> {
    if let Some(image) = case.evidence.image.known() {
        return Ok(image
            .env
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone()));
    }
    let planned = case.planned()?;
    Ok(planned
        .env
        .iter()
        .rev()
        .find(|env| env.name == name)
        .map(|env| env.value.clone()))
}

/// The line of the last ENV of that name.
pub(super) fn line_of(case: &Case<'_>, name: &str) -> Option<u32> {
    case.planned?
        .env
        .iter()
        .rev()
        .find(|env| env.name == name)
        .map(|env| env.line)
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    const ENV: &str = r#"env = { name = "A", any-of = ["1"] }"#;

    #[test]
    fn the_images_variable_counts_and_the_last_one_of_a_name() {
        for text in [
            "ENV A=1",
            "ENV A 1",
            "env A=\"1\" B=2",
            "ENV A=0\nENV A=1",
            "ARG V=1\nENV A=$V",
        ] {
            Sample::of(&format!("FROM b\n{text}\n")).passes(ENV);
        }
        let set = |value: &str| {
            let value = value.to_owned();
            move |image: &mut crate::check::evidence::ImageEvidence| image.env.push(("A".to_owned(), value))
        };
        Sample::of("FROM b\n").image(set("1")).passes(ENV);
        Sample::of("FROM b\nENV A=\n").image(set("")).fails_at(ENV, "empty", 2);
        Sample::of("FROM b\nARG A=1\n")
            .image(|_| {})
            .fails_at(ENV, "gone when the build is done", 2);
        Sample::of("FROM b\n").fails(ENV, "not set");
        assert!(is_refused(r#"env = { name = "A" }"#));
    }
}

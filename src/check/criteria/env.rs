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
                (None, Some(_)) => say!("it is set with ARG, which is gone when the build is done").to_owned(),
                (None, None) => say!("`{}` is not set", self.name),
                (Some(value), _) if value.is_empty() => say!("it is empty").to_owned(),
                (Some(value), _) => say!("it is `{value}`"; value),
            };
            let line = line_of(case, &self.name).or(by_arg.map(|arg| arg.line));
            Failure::new(
                say!(
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
            .config
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
    use crate::check::sample::{Sample, refused};

    const UNBUFFERED: &str = r#"env = { name = "PYTHONUNBUFFERED", any-of = ["1"] }"#;

    #[test]
    fn without_an_engine_every_spelling_passes_provisionally() {
        for env in [
            "ENV PYTHONUNBUFFERED=1",
            "ENV PYTHONUNBUFFERED 1",
            "env A=0 PYTHONUNBUFFERED=\"1\"",
            "ENV A=0 \\\n    PYTHONUNBUFFERED='1'",
            "ENV PYTHONUNBUFFERED=0\nENV PYTHONUNBUFFERED=1",
            "ARG ON=1\nENV PYTHONUNBUFFERED=$ON",
        ] {
            Sample::of(&format!("FROM x\n{env}\n"))
                .passes(UNBUFFERED)
                .is_provisional(UNBUFFERED);
        }
    }

    #[test]
    fn the_image_has_the_last_word() {
        let set = |value: &str| {
            let variable = ("PYTHONUNBUFFERED".to_owned(), value.to_owned());
            Sample::of("FROM x\n").image(|image| image.config.env.push(variable))
        };
        set("1").passes(UNBUFFERED).is_settled(UNBUFFERED);
        set("true").fails(UNBUFFERED, "it is `true`");
        set("0")
            .image(|image| image.config.env.push(("PYTHONUNBUFFERED".to_owned(), "1".to_owned())))
            .passes(UNBUFFERED);
        Sample::of("FROM x\nENV PYTHONUNBUFFERED=1\n")
            .image(|_| {})
            .fails_at(UNBUFFERED, "is not set", 2);
    }

    #[test]
    fn the_last_value_counts() {
        Sample::of("FROM x\nENV PYTHONUNBUFFERED=1\nENV PYTHONUNBUFFERED=0\n").fails_at(UNBUFFERED, "it is `0`", 3);
        Sample::of("FROM x\nARG PYTHONUNBUFFERED=1\n").fails(UNBUFFERED, "it is set with ARG");
        Sample::of("# nothing\n").skips(UNBUFFERED);
    }

    #[test]
    fn its_settings_are_a_name_and_values() {
        refused(r#"env = { name = "A", value = "1" }"#, "unknown field `value`");
        refused(r#"env = { name = "A", any-of = [1] }"#, "invalid type");
    }
}

//! `check.env`: an environment variable of the image has one of these values.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something, says_something},
    spelling::listed,
};
use crate::{
    check::{
        case::{Case, swallowed},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile,
};

/// The variable and the values that are right.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
        Outcome::pass_if(right, || self.failure(case, value.as_deref()))
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = says_something("name", &self.name);
        mistakes.extend(asks_for_something("any-of", &self.any_of));
        mistakes
    }
}

impl Env {
    fn failure(&self, case: &Case<'_>, value: Option<&str>) -> Failure {
        let name = &self.name;
        let wanted = self.any_of.first().map_or("", String::as_str);
        let failure = |found: String, line: Option<u32>| {
            Failure::new(
                say!("`{name}` set to {} in the image's environment", listed(&self.any_of, "or"); name),
                found,
            )
            .at(case.at(line))
        };
        let set_on = line_of(case, name);
        let line = set_on.unwrap_or_default();
        match value {
            Some("") => {
                return failure(say!("it is empty").to_owned(), set_on)
                    .why(say!(
                        "The last ENV of a name is used, and Python treats an empty value as not set."
                    ))
                    .cause(
                        "emptied",
                        say!("Set `{name}={wanted}` on line {line}, or remove that line."; name, wanted, line),
                    );
            }
            Some(value) => {
                return failure(say!("it is `{value}`"; value), set_on).cause(
                    "another-value",
                    say!("Change `{value}` on line {line} to `{wanted}`."; value, line, wanted),
                );
            }
            None => {}
        }
        let planned = case.planned;
        if let Some(line) = planned.and_then(|planned| Some(planned.args.iter().find(|arg| &arg.name == name)?.line)) {
            return failure(
                say!("it is set with ARG, which is gone after the build").to_owned(),
                Some(line),
            )
            .why(say!(
                "ARG is set only while the image is built; containers get only what ENV sets."
            ))
            .cause("by-arg", say!("Change ARG on line {line} to ENV."; line));
        }
        if let Some(line) = case.swallowed("ENV", name) {
            return swallowed(line, failure);
        }
        let near = planned.and_then(|planned| {
            planned
                .env
                .iter()
                .find(|env| &env.name != name && dockerfile::nearest(&env.name, &[name]).is_some())
        });
        if let Some(env) = near {
            let (line, found) = (env.line, &env.name);
            return failure(say!("`{found}` is set, which is a different name"; found), Some(line)).cause(
                "misspelled",
                say!("Change `{found}` on line {line} to `{name}`."; found, line, name),
            );
        }
        let gives = |command: &dockerfile::Command| {
            let exported =
                command.program() == Some("export") && command.arguments().any(|word| word.starts_with(name.as_str()));
            exported || command.assignments.iter().any(|(given, _)| given == name)
        };
        if let Some(command) = case.commands().find(gives) {
            let line = command.line;
            return failure(say!("it is set only in the RUN on line {line}"; line), Some(line))
                .why(say!(
                    "Each RUN starts its own shell; variables set in it are lost when it ends."
                ))
                .cause(
                    "one-run",
                    say!("Set it with `ENV {name}={wanted}` instead."; name, wanted),
                );
        }
        failure(say!("`{name}` is not set"; name), set_on).cause(
            "none",
            say!("Add `ENV {name}={wanted}` to the Dockerfile."; name, wanted),
        )
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
    fn each_cause_is_told_from_the_others() {
        for (lines, cause, line) in [
            ("ENV PYTHONUNBUFFERED=1\nENV PYTHONUNBUFFERED=", "emptied", Some(3)),
            ("ENV PYTHONUNBUFFERED=yes", "another-value", Some(2)),
            ("ARG PYTHONUNBUFFERED=1", "by-arg", Some(2)),
            (
                "RUN apt-get update \\\n  && true \\\nENV PYTHONUNBUFFERED=1",
                "swallowed",
                Some(3),
            ),
            ("RUN a \\\n\n# a comment\nENV PYTHONUNBUFFERED 1", "swallowed", Some(2)),
            ("ENV PYTHONUNBUFERED=1", "misspelled", Some(2)),
            ("RUN PYTHONUNBUFFERED=1 python3 -c 1", "one-run", Some(2)),
            ("RUN export PYTHONUNBUFFERED=1", "one-run", Some(2)),
            ("RUN a", "none", None),
        ] {
            let sample = Sample::of(&format!("FROM x\n{lines}\n"));
            sample.fails_by(UNBUFFERED, cause);
            if let Some(line) = line {
                sample.fails_at(UNBUFFERED, "", line);
            }
        }
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

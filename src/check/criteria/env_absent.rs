//! `check.env-absent`: the image does not carry this environment variable.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    env::{line_of, value_of},
    judge::{Judge, says_something},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The variable's name.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
                say!("an image without `{name}` in its environment"; name),
                say!("every container of it starts with `{name}={value}`"; name, value),
            )
            .at(case.at(line_of(case, name)))
            .cause(
                if value.is_empty() { "emptied" } else { "set" },
                match line_of(case, name) {
                    Some(line) if value.is_empty() => {
                        say!("Remove every ENV of `{name}`, also the empty one on line {line}: an empty variable is still set."; name, line)
                    }
                    Some(line) => say!("Remove the ENV of `{name}` on line {line}: the ARG is enough."; name, line),
                    None => say!("The base image sets it: use a base image without it.").to_owned(),
                },
            ),
        )
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        says_something("env-absent", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const FRONTEND: &str = r#"env-absent = "DEBIAN_FRONTEND""#;

    #[test]
    fn an_arg_or_another_variable_passes() {
        for dockerfile in [
            "FROM x\nARG DEBIAN_FRONTEND=noninteractive\n",
            "FROM x\nENV DEBIAN_FRONTEND_X=1\n",
            "FROM x AS y\nENV DEBIAN_FRONTEND=noninteractive\nFROM x\n",
            "FROM x\nRUN DEBIAN_FRONTEND=noninteractive apt-get install -y a\n",
        ] {
            Sample::of(dockerfile).passes(FRONTEND).is_provisional(FRONTEND);
        }
    }

    #[test]
    fn a_variable_that_is_emptied_later_is_still_there() {
        Sample::of("FROM x\nENV DEBIAN_FRONTEND=noninteractive\nENV DEBIAN_FRONTEND=\n").fails_at(
            FRONTEND,
            "`DEBIAN_FRONTEND=`",
            3,
        );
    }

    #[test]
    fn the_image_has_the_last_word() {
        let dockerfile = "FROM x\nENV DEBIAN_FRONTEND noninteractive\n";
        let variable = ("DEBIAN_FRONTEND".to_owned(), "noninteractive".to_owned());
        Sample::of(dockerfile).fails_at(FRONTEND, "`DEBIAN_FRONTEND=noninteractive`", 2);
        Sample::of("FROM x\n")
            .image(|image| image.config.env.push(variable))
            .fails(FRONTEND, "every container of it");
        Sample::of(dockerfile)
            .image(|_| {})
            .passes(FRONTEND)
            .is_settled(FRONTEND);
    }

    #[test]
    fn its_setting_is_a_name() {
        refused(r#"env-absent = { name = "A" }"#, "invalid type");
        refused(r#"env-absent = ["A"]"#, "invalid type");
        Sample::of("").skips(FRONTEND);
    }
}

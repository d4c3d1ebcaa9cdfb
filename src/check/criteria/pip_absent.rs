//! `check.pip-absent`: these Python distributions are not in the image.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something},
    spelling::{Manager, distribution, installs, is_poetry_install, listed},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Command,
};

/// Names.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PipAbsent(Vec<String>);

impl Judge for PipAbsent {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return outcome,
        };
        let there: Vec<&String> = self
            .0
            .iter()
            .filter(|name| image.python.contains_key(&distribution(name)))
            .collect();
        Outcome::pass_if(there.is_empty(), || {
            let failure = Failure::new(
                say!("an image without {}", listed(&self.0, "and")),
                say!("{} is installed", listed(&there, "and")),
            );
            let name = there.first().map_or("", |name| name.as_str());
            let by_name = |command: &Command| {
                installs(command, Manager::Pip)
                    .is_some_and(|words| words.iter().any(|word| distribution(word) == distribution(name)))
            };
            if let Some(line) = case.commands().find(by_name).map(|command| command.line) {
                return failure.at(case.line(line)).cause(
                    "by-name",
                    say!("Remove `{name}` from what line {line} installs."; name, line),
                );
            }
            match case.commands().find(is_poetry_install).map(|command| command.line) {
                Some(line) => failure.at(case.line(line)).cause(
                    "by-group",
                    say!("Add `--only main` to `poetry install` on line {line}."; line),
                ),
                None => failure.plain("brought"),
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("pip-absent", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused, strings};

    const TESTS: &str = r#"pip-absent = ["pytest", "Python_DotEnv"]"#;

    fn with(name: &str) -> Sample {
        Sample::of("FROM x\nRUN true\nRUN poetry install\nCOPY . .\n").image(|image| {
            image.python.insert(name.to_owned(), strings(&["7.1.2"]));
        })
    }

    #[test]
    fn another_distribution_passes() {
        with("pytest-cov").passes(TESTS).is_settled(TESTS);
    }

    #[test]
    fn what_is_there_is_named_at_the_last_run() {
        with("pytest").fails_at(TESTS, "`pytest` is installed", 3);
        with("python-dotenv").fails(TESTS, "`Python_DotEnv` is installed");
    }

    #[test]
    fn without_an_image_it_cannot_be_checked() {
        Sample::of("FROM x\nRUN pip install pytest\n").cannot_check(TESTS);
        Sample::of("FROM x\n").failed("exit code: 1").skips(TESTS);
    }

    #[test]
    fn its_setting_is_a_list_of_names() {
        refused(r#"pip-absent = "pytest""#, "invalid type");
        refused("pip-absent = {}", "invalid type");
    }
}

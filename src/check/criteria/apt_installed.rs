//! `check.apt-installed`: these Debian packages are in the image.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something},
    spelling::{Manager, installs, listed},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{self, FinalImage},
};

/// Names of packages.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AptInstalled(Vec<String>);

impl Judge for AptInstalled {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let missing: Vec<&String> = match case.evidence.image.known() {
            Some(image) => self.0.iter().filter(|name| !image.apt.contains_key(*name)).collect(),
            None => {
                let planned = match case.planned() {
                    Ok(planned) => planned,
                    Err(outcome) => return outcome,
                };
                let named = named(planned, Manager::Apt);
                self.0
                    .iter()
                    .filter(|name| !named.iter().any(|(found, _)| found == *name))
                    .collect()
            }
        };
        let line = case
            .planned
            .and_then(|planned| named(planned, Manager::Apt).last().map(|(_, line)| *line));
        Outcome::pass_if(missing.is_empty(), || {
            Failure::new(
                say!("the packages {} installed", listed(&self.0, "and")),
                say!("{} is not installed", listed(&missing, "and")),
            )
            .at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("apt-installed", &self.0)
    }
}

/// What the RUNs of the plan name for a package manager to install, without versions, with the line.
pub(super) fn named(planned: &FinalImage<'_>, manager: Manager) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for run in &planned.runs {
        let (commands, _) = dockerfile::commands(run);
        for command in &commands {
            for name in installs(command, manager).unwrap_or_default() {
                let bare = match manager {
                    Manager::Apt => name.split(['=', '/', ':']).next().unwrap_or(name).to_owned(),
                    Manager::Pip => name.to_owned(),
                };
                let line = command
                    .words
                    .iter()
                    .find(|word| word.text == name)
                    .map_or(command.line, |word| word.line);
                found.push((bare, line));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const PYTHON: &str = r#"apt-installed = ["python3.8", "python3-pip"]"#;

    #[test]
    fn without_an_engine_the_names_in_the_runs_tell() {
        for runs in [
            "RUN apt-get update && apt-get install -y python3.8 python3-pip",
            "RUN apt install python3-pip=20.0.2 python3.8/focal",
            "RUN apt-get install -y \\\n    python3.8 \\\n    # and pip\n    python3-pip",
            "RUN apt-get -y install python3.8\nRUN DEBIAN_FRONTEND=a sudo apt-get install -y python3-pip",
            "RUN [\"apt-get\", \"install\", \"-y\", \"python3.8\", \"python3-pip\"]",
            "RUN <<EOF\napt-get install -y python3.8\napt-get install -y python3-pip\nEOF",
        ] {
            Sample::of(&format!("FROM x\n{runs}\n"))
                .passes(PYTHON)
                .is_provisional(PYTHON);
        }
    }

    #[test]
    fn a_missing_package_is_named_at_the_last_install() {
        Sample::of("FROM x\nRUN apt-get install -y python3.8\nRUN apt-get purge python3-pip\n").fails_at(
            PYTHON,
            "`python3-pip` is not installed",
            2,
        );
        Sample::of("FROM x\nRUN echo apt-get install python3.8 python3-pip\n")
            .fails(PYTHON, "`python3.8` and `python3-pip` is not installed");
        Sample::of("").skips(PYTHON);
    }

    #[test]
    fn the_database_of_the_image_has_the_last_word() {
        let with = |names: &[&str]| {
            Sample::of("FROM x\nRUN apt-get install -y python3-pip\n").image(|image| {
                image.apt = names.iter().map(|name| ((*name).to_owned(), "1".to_owned())).collect();
            })
        };
        with(&["python3-pip", "python3.8"]).passes(PYTHON).is_settled(PYTHON);
        with(&["python3-pip", "python3.8-minimal"]).fails_at(PYTHON, "`python3.8` is not installed", 2);
    }

    #[test]
    fn its_setting_is_a_list_of_names() {
        refused(r#"apt-installed = "python3""#, "invalid type");
        refused(r#"apt-installed = { python3 = "1" }"#, "invalid type");
    }
}

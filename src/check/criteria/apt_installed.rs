//! `check.apt-installed`: these Debian packages are in the image.

use serde::Deserialize;

use super::{
    Judge,
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
#[derive(Debug, Clone, Deserialize)]
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
                format!("the packages {} installed", listed(&self.0, "and")),
                format!("{} is not installed", listed(&missing, "and")),
            )
            .at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
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
                found.push((bare, command.line));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn packages_are_read_from_the_database() {
        let wanted = r#"apt-installed = ["curl"]"#;
        Sample::of("FROM b\n")
            .image(|image| {
                image.apt.insert("curl".to_owned(), "7".to_owned());
            })
            .passes(wanted);
        Sample::of("FROM b\n").image(|_| {}).fails(wanted, "curl");
        assert!(is_refused("apt-installed = {}"));
    }
}

//! `check.pip-absent`: these Python distributions are not in the image.

use serde::Deserialize;

use super::{
    Judge,
    spelling::{distribution, listed},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Names.
#[derive(Debug, Clone, Deserialize)]
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
            let line = case
                .planned
                .and_then(|planned| planned.runs.last())
                .map(|run| run.start_line);
            Failure::new(
                format!("an image without {}", listed(&self.0, "and")),
                format!("{} is installed", listed(&there, "and")),
            )
            .at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn a_distribution_is_found_by_its_normal_name() {
        let absent = r#"pip-absent = ["PyTest"]"#;
        Sample::of("FROM b\n").image(|_| {}).passes(absent);
        Sample::of("FROM b\n")
            .image(|image| {
                image.python.insert("pytest".to_owned(), vec!["7".to_owned()]);
            })
            .fails(absent, "is installed");
        Sample::of("FROM b\n").cannot_be_checked(absent);
        assert!(is_refused("pip-absent = true"));
    }
}

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
        let there: Vec<&String> = self.0.iter().filter(|name| image.python.contains_key(&distribution(name))).collect();
        Outcome::pass_if(there.is_empty(), || {
            let line = case.planned.and_then(|planned| planned.runs.last()).map(|run| run.start_line);
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

//! `check.path-has`: a folder is on the image's PATH.

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

/// The folder, "/home/runner/.local/bin".
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct PathHas(String);

impl Judge for PathHas {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let path = match value_of(case, "PATH") {
            Ok(path) => path.unwrap_or_default(),
            Err(outcome) => return outcome,
        };
        let wanted = self.0.trim_end_matches('/');
        let has = path.split(':').any(|folder| folder.trim_end_matches('/') == wanted);
        Outcome::pass_if(has, || {
            let found = if path.is_empty() {
                "PATH is not set in the Dockerfile".to_owned()
            } else {
                format!("PATH is `{path}`")
            };
            Failure::new(format!("`{wanted}` among the folders of PATH"), found)
                .at(line_of(case, "PATH").and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

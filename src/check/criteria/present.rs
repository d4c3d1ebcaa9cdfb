//! `check.present`: these paths exist in the finished image.

use serde::Deserialize;

use super::{
    Judge, Paths,
    spelling::{is_or_are, listed},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Path patterns, each of which must match something.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Present(Vec<Paths>);

impl Judge for Present {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return outcome,
        };
        let mut missing = Vec::new();
        for pattern in &self.0 {
            let Some(found) = image.paths.get(pattern.as_str()) else {
                return Outcome::cannot_check("this evidence was gathered before the criterion asked for these paths");
            };
            if found.final_count == 0 {
                missing.push(format!("/{}", Paths::in_workdir(pattern.as_str(), &image.workdir)));
            }
        }
        Outcome::pass_if(missing.is_empty(), || {
            let all: Vec<String> = self
                .0
                .iter()
                .map(|pattern| format!("/{}", Paths::in_workdir(pattern.as_str(), &image.workdir)))
                .collect();
            let line = case
                .planned
                .and_then(|planned| planned.copies.last())
                .map(|copy| copy.line);
            Failure::new(
                format!("{} in the image", listed(&all, "and")),
                format!("{} {} not there", listed(&missing, "and"), is_or_are(&missing)),
            )
            .at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        self.0
            .iter()
            .map(|pattern| Probe::Paths(pattern.as_str().to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, found, is_refused};

    #[test]
    fn every_pattern_must_match_something() {
        let present = r#"present = ["{workdir}/app/main.py"]"#;
        let key = "{workdir}/app/main.py".to_owned();
        let sample = Sample::of("FROM b\nCOPY app /elsewhere\n");
        sample.cannot_be_checked(present);
        let matched = key.clone();
        sample
            .clone()
            .image(|image| {
                image.paths.insert(matched, found(&["server/app/main.py"], &[]));
            })
            .passes(present);
        let missing = key.clone();
        sample
            .clone()
            .image(|image| {
                image.workdir = "/server".to_owned();
                image.paths.insert(missing, found(&[], &[]));
            })
            .fails_at(present, "`/server/app/main.py` is not there", 2);
        sample.image(|_| {}).cannot_be_checked(present);
        assert!(is_refused(r#"present = ["["]"#));
    }
}

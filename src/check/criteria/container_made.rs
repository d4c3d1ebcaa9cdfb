//! `check.container-made`: in a container of the image, the learner made this file.

use serde::Deserialize;

use super::Judge;
use crate::check::{
    case::Case,
    evidence::Sighting,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The file's name, without folders.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct ContainerMade(String);

impl Judge for ContainerMade {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        if let Some(outcome) = unseen(case) {
            return outcome;
        }
        let sightings = &case.evidence.sightings;
        Outcome::pass_if(sightings.iter().any(|sighting| has(sighting, &self.0)), || {
            let found = match sightings.last() {
                None => "no container of that image has been seen yet".to_owned(),
                Some(last) => format!(
                    "the container {} is there, without `{}`",
                    short(&last.container),
                    self.0
                ),
            };
            Failure::new(format!("a container in which `{}` was made", self.0), found)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Containers]
    }
}

/// Why nothing was seen, when the engine could not be asked.
pub(super) fn unseen(case: &Case<'_>) -> Option<Outcome> {
    if !case.evidence.sightings.is_empty() || case.evidence.engine.is_some() {
        return None;
    }
    Some(Outcome::cannot_check("no engine was asked"))
}

/// Whether a file of that name was made in the container.
pub(super) fn has(sighting: &Sighting, file: &str) -> bool {
    sighting
        .changed
        .iter()
        .any(|path| path.rsplit('/').next() == Some(file))
}

/// A container's id as docker shows it.
pub(super) fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn the_file_must_have_been_made_in_a_container() {
        let made = r#"container-made = "toto.py""#;
        let nobody = Sample::of("");
        nobody.cannot_be_checked(made);
        nobody.clone().sighting("i", 1, &["/server/toto.py"]).passes(made);
        nobody
            .clone()
            .sighting("i", 1, &["/server/toto.pyc"])
            .fails(made, "without `toto.py`");
        nobody
            .with(|evidence| evidence.engine = Some(crate::check::evidence::EngineFacts::default()))
            .fails(made, "no container");
        assert!(is_refused("container-made = []"));
    }
}

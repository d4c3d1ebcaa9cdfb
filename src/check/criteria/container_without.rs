//! `check.container-without`: a later container of the same image was seen without the file.

use serde::Deserialize;

use super::{
    Judge,
    container_made::{has, short, unseen},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The file's name, without folders.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct ContainerWithout(String);

impl Judge for ContainerWithout {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        if let Some(outcome) = unseen(case) {
            return outcome;
        }
        let sightings = &case.evidence.sightings;
        let later = sightings.iter().filter(|later| !has(later, &self.0)).any(|later| {
            sightings.iter().any(|first| {
                has(first, &self.0)
                    && first.image == later.image
                    && first.container != later.container
                    && first.created <= later.created
            })
        });
        Outcome::pass_if(later, || {
            let found = match sightings.iter().rev().find(|sighting| has(sighting, &self.0)) {
                None => format!("no container with `{}` has been seen yet", self.0),
                Some(first) if first.running => {
                    format!("only the container {}, which still runs", short(&first.container))
                }
                Some(first) => format!("only the container {}, which has ended", short(&first.container)),
            };
            Failure::new(format!("a second, later container of the same image, without `{}`", self.0), found)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Containers]
    }
}

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
            Failure::new(
                format!("a second, later container of the same image, without `{}`", self.0),
                found,
            )
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Containers]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn it_takes_a_later_container_of_the_same_image() {
        let gone = r#"container-without = "toto.py""#;
        let first = Sample::of("").sighting("i", 1, &["/server/toto.py"]);
        first.clone().sighting("i", 2, &[]).passes(gone);
        for (image, created, changed) in [("i", 2, &["/x/toto.py"][..]), ("other", 2, &[]), ("i", 0, &[])] {
            assert_eq!(
                first.clone().sighting(image, created, changed).judged(gone).word(),
                "fail"
            );
        }
        assert!(is_refused("container-without = 1"));
    }
}

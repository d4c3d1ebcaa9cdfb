//! What kinds about the learner's own containers have in common.

use crate::check::{
    case::Case,
    evidence::{Setup, Sighting},
    verdict::{Failure, Outcome},
};

/// Why nothing was seen, when the engine could not be asked.
pub(super) fn unseen(case: &Case<'_>) -> Option<Outcome> {
    if !case.evidence.sightings.is_empty() || case.evidence.engine.is_some() {
        return None;
    }
    Some(Outcome::cannot_check(say!("no engine was used")))
}

/// A container's id as docker shows it.
pub(super) fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// What a container is called: its name, or its id where that is unknown.
pub(super) fn called<'a>(sighting: &'a Sighting, setup: &'a Setup) -> &'a str {
    if setup.name.is_empty() {
        short(&sighting.container)
    } else {
        &setup.name
    }
}

/// The containers of which it is known how they were made, oldest first.
pub(super) fn made<'a>(case: &Case<'a>) -> Vec<(&'a Sighting, &'a Setup)> {
    let sightings = case.evidence.sightings.iter();
    sightings
        .filter_map(|sighting| Some((sighting, sighting.setup.as_ref()?)))
        .collect()
}

/// The failure where no container has been seen.
pub(super) fn no_container(expected: impl Into<String>) -> Failure {
    Failure::new(expected, say!("no container of this image has been seen yet")).plain("no-container")
}

/// How far a container gets: all the way, or until this failure. The number is how much of it was right before.
pub(super) type Progress = Result<(), (u8, Failure)>;

/// Passes where one of the containers does. Otherwise it fails with what the one lacks that came closest, the newest among
/// equals.
pub(super) fn one_of_them(case: &Case<'_>, expected: &str, judge: impl Fn(&Sighting, &Setup) -> Progress) -> Outcome {
    if let Some(outcome) = unseen(case) {
        return outcome;
    }
    let mut closest: Option<(u8, Failure)> = None;
    for (sighting, setup) in made(case) {
        match judge(sighting, setup) {
            Ok(()) => return Outcome::Pass,
            Err((right, failure)) => {
                if closest.as_ref().is_none_or(|(most, _)| right >= *most) {
                    closest = Some((right, failure));
                }
            }
        }
    }
    Outcome::Fail(closest.map_or_else(|| no_container(expected), |(_, failure)| failure))
}

/// The mistake of a path that is not one in a container.
pub(super) fn is_absolute(key: &str, path: &str) -> Vec<String> {
    if path.starts_with('/') && path.len() > 1 && !path.ends_with('/') {
        Vec::new()
    } else {
        vec![
            say!("`{key}`: `{path}` is not a path in a container: write it from `/` on, without a `/` at the end"; key, path),
        ]
    }
}

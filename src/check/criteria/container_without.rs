//! `check.container-without`: a later container of the same image was seen without the file.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    container_made::has,
    judge::{Judge, says_something},
    sighted::{short, unseen},
};
use crate::check::{
    case::Case,
    evidence::Sighting,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The file's name, without folders.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
            let file = &self.0;
            let failure = |found: String| {
                Failure::new(
                    say!("a second, later container of the same image, without `{file}`"; file),
                    found,
                )
            };
            let with: Vec<&Sighting> = sightings.iter().filter(|sighting| has(sighting, file)).collect();
            let Some(first) = with.last() else {
                return failure(say!("no container with `{file}` has been seen yet"; file)).plain("none-with-it");
            };
            let id = short(&first.container);
            let others: Vec<&Sighting> = sightings
                .iter()
                .filter(|other| !has(other, file) && other.container != first.container)
                .collect();
            if with.len() > 1 {
                return failure(say!("every container of this image has the file").to_owned())
                    .why(say!(
                        "A new container starts without the file. In this one, it was created again."
                    ))
                    .cause(
                        "made-again",
                        say!("Open another container, and only list the files: run `ls`, not `touch {file}`."; file),
                    );
            }
            if first.running {
                return failure(say!("the only container is `{id}`, which is still running"; id)).cause(
                    "still-in-it",
                    say!("Leave container `{id}` with `exit`, then open a second one."; id),
                );
            }
            if others.iter().any(|other| other.image != first.image) {
                return failure(say!("there is a later container, but of a different image").to_owned())
                    .why(say!(
                        "Only a container of the same image shows which files a new container starts with."
                    ))
                    .cause(
                        "another-image",
                        say!("Open the second container from the same image as container `{id}`."; id),
                    );
            }
            if !others.is_empty() {
                return failure(
                    say!("there is a container without the file, but it is older than container `{id}`"; id),
                )
                .why(say!(
                    "A container that is older than the file cannot show whether a new container gets the file."
                ))
                .cause(
                    "an-earlier-one",
                    say!("Open a new container now, after container `{id}`, and look for the file there."; id),
                );
            }
            failure(say!("the only container is `{id}`, which has exited"; id)).plain("only-one")
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Containers]
    }

    fn mistakes(&self) -> Vec<String> {
        says_something("container-without", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::Sighting,
        sample::{Sample, refused, sighting},
    };

    const TOTO: &str = r#"container-without = "toto.py""#;

    fn seen<const N: usize>(sightings: [Sighting; N]) -> Sample {
        Sample::of("FROM x\n").sightings(sightings)
    }

    fn first() -> Sighting {
        sighting("first", "i", 10, &["/server/toto.py"])
    }

    #[test]
    fn a_later_container_of_the_same_image_without_the_file_passes() {
        seen([first(), sighting("second", "i", 20, &["/server/tata.py"])])
            .passes(TOTO)
            .is_settled(TOTO);
        seen([
            first(),
            sighting("second", "i", 20, &["/toto.py"]),
            sighting("third", "i", 30, &[]),
        ])
        .passes(TOTO);
    }

    #[test]
    fn an_earlier_one_or_one_of_another_image_does_not_count() {
        let words = "the only container is `first`, which has exited";
        seen([sighting("zero", "i", 9, &[]), first()]).fails(TOTO, "older than container `first`");
        seen([first(), sighting("second", "other", 20, &[])]).fails(TOTO, "of a different image");
        seen([first(), sighting("second", "i", 20, &["/toto.py"])]).fails(TOTO, "every container");
        seen([first(), sighting("first", "i", 10, &[])]).fails(TOTO, words);
        seen([first()]).fails(TOTO, words);
    }

    #[test]
    fn one_with_the_file_must_have_been_there_first() {
        let words = "no container with `toto.py` has been seen yet";
        seen([sighting("a", "i", 1, &[]), sighting("b", "i", 2, &[])]).fails(TOTO, words);
        Sample::of("FROM x\n").engine().fails(TOTO, words);
    }

    #[test]
    fn whether_the_first_still_runs_is_told() {
        let running = Sighting {
            running: true,
            ..first()
        };
        seen([running]).fails(TOTO, "the only container is `first`, which is still running");
    }

    #[test]
    fn without_an_engine_it_cannot_be_checked() {
        Sample::of("FROM x\n").cannot_check(TOTO);
        refused("container-without = 1", "invalid type");
        refused("container-without = { file = \"toto.py\" }", "invalid type");
    }
}

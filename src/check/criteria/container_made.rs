//! `check.container-made`: in a container of the image, the learner made this file.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
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
pub struct ContainerMade(String);

impl Judge for ContainerMade {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        if let Some(outcome) = unseen(case) {
            return outcome;
        }
        let sightings = &case.evidence.sightings;
        Outcome::pass_if(sightings.iter().any(|sighting| has(sighting, &self.0)), || {
            let file = &self.0;
            let failure = |found: String| Failure::new(say!("a container in which `{file}` was created"; file), found);
            match sightings.last() {
                None => failure(say!("no container of this image has been seen yet").to_owned()).plain("no-container"),
                Some(last) => {
                    let id = short(&last.container);
                    failure(say!("container `{id}` exists, but does not have `{file}`"; id, file)).cause(
                        "no-file",
                        say!("Create the file in the container: open the container again, and run `touch {file}`."; file),
                    )
                }
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Containers]
    }

    fn mistakes(&self) -> Vec<String> {
        says_something("container-made", &self.0)
    }
}

/// Whether a file of that name was made in the container.
pub(super) fn has(sighting: &Sighting, file: &str) -> bool {
    sighting
        .changed
        .iter()
        .any(|path| path.rsplit('/').next() == Some(file))
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused, sighting};

    const TOTO: &str = r#"container-made = "toto.py""#;

    fn seen(changed: &[&str]) -> Sample {
        Sample::of("FROM x\n").sightings([sighting("0123456789abcdef", "i", 1, changed)])
    }

    #[test]
    fn the_file_may_lie_in_any_folder() {
        seen(&["/tmp", "/tmp/toto.py"]).passes(TOTO).is_settled(TOTO);
        seen(&["/toto.py"]).passes(TOTO);
    }

    #[test]
    fn one_of_several_containers_is_enough() {
        seen(&["/toto.py"]).sightings([sighting("b", "i", 2, &[])]).passes(TOTO);
    }

    #[test]
    fn another_name_is_another_file() {
        let words = "container `0123456789ab` exists, but does not have `toto.py`";
        for changed in ["/Toto.py", "/toto.py.swp", "/a-toto.py", "/toto.py/x"] {
            seen(&[changed]).fails(TOTO, words);
        }
    }

    #[test]
    fn without_an_engine_it_cannot_be_checked() {
        Sample::of("FROM x\n").cannot_check(TOTO);
        Sample::of("FROM x\n")
            .engine()
            .fails(TOTO, "no container of this image has been seen yet");
    }

    #[test]
    fn its_setting_is_a_name() {
        refused("container-made = [\"toto.py\"]", "invalid type");
        refused("container-made = { file = \"toto.py\" }", "invalid type");
    }
}

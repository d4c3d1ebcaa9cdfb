//! `check.container-keeps`: a volume keeps a file from one container to the next.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::Judge,
    sighted::{Progress, called, is_absolute, made, one_of_them},
};
use crate::check::{
    case::Case,
    evidence::{Mount, SeenFile, Setup, Sighting},
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The file, as a container calls it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContainerKeeps {
    /// The file's path in the container; its name may have a `*` for any characters.
    file: String,
}

impl Judge for ContainerKeeps {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let all = made(case);
        one_of_them(case, &self.expected(), |sighting, setup| {
            self.judge_one(sighting, setup, &all)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::ContainerFile(self.file.clone())]
    }

    fn mistakes(&self) -> Vec<String> {
        is_absolute("file", &self.file)
    }
}

impl ContainerKeeps {
    fn expected(&self) -> String {
        let file = &self.file;
        say!("a container whose volume already had `{file}` when it was created"; file)
    }

    fn judge_one(&self, sighting: &Sighting, setup: &Setup, all: &[(&Sighting, &Setup)]) -> Progress {
        let (name, file) = (called(sighting, setup), &self.file);
        let failure = |found: String| Failure::new(self.expected(), found);
        let mount = setup.mount_of(file).filter(|mount| mount.kind != "tmpfs");
        let Some(seen) = setup.files.get(file) else {
            return Err(match mount {
                Some(_) => (1, self.is_empty_volume(sighting, setup, all)),
                None => (
                    0,
                    failure(say!("container `{name}` has no `{file}`"; name, file)).plain("no-file"),
                ),
            });
        };
        let Some(mount) = mount else {
            return Err((
                1,
                failure(say!("`{file}` is in container `{name}` itself, not in a volume"; file, name))
                    .why(say!("What a container writes outside its volumes is removed with the container."))
                    .cause(
                        "not-in-a-volume",
                        say!("Start a container with a named volume mounted above `{file}`, and write the file there."; file),
                    ),
            ));
        };
        if mount.kind != "volume" {
            return Err((
                1,
                failure(say!("`{file}` is in a folder of this machine, not in a volume"; file)).cause(
                    "a-bind",
                    say!("Start the containers with a named volume: give it a name without `/` before the `:`."),
                ),
            ));
        }
        if kept(mount, seen, setup) || all.iter().any(|(_, earlier)| self.was_in(earlier, setup, mount)) {
            return Ok(());
        }
        if !mount.is_named() {
            return Err((
                2,
                failure(say!("`{file}` is in a volume without a name, in container `{name}`"; file, name))
                    .why(say!(
                        "Docker gives such a volume a random name. The next container gets a new, empty one."
                    ))
                    .cause(
                        "anonymous",
                        say!("Start both containers with the same `--volume NAME:…`."),
                    ),
            ));
        }
        let volume = &mount.volume;
        Err((
            3,
            failure(say!("`{file}` was written by container `{name}` itself"; file, name)).cause(
                "only-one",
                say!("Remove container `{name}`, then start a new one with the volume `{volume}`."; name, volume),
            ),
        ))
    }

    /// Whether an earlier container had the file in the same volume.
    fn was_in(&self, earlier: &Setup, setup: &Setup, mount: &Mount) -> bool {
        earlier.created_ms < setup.created_ms
            && earlier
                .mount_of(&self.file)
                .is_some_and(|other| other.is_volume_of(mount))
            && earlier
                .files
                .get(&self.file)
                .is_some_and(|seen| kept(mount, seen, setup))
    }

    /// What a container lacks whose volume does not have the file.
    fn is_empty_volume(&self, sighting: &Sighting, setup: &Setup, all: &[(&Sighting, &Setup)]) -> Failure {
        let (name, file) = (called(sighting, setup), &self.file);
        let earlier = all
            .iter()
            .find(|(_, earlier)| earlier.created_ms < setup.created_ms && earlier.files.contains_key(file));
        let failure = Failure::new(
            self.expected(),
            say!("the volume of container `{name}` has no `{file}`"; name, file),
        );
        match earlier {
            None => failure.plain("not-written"),
            Some((first, with)) => {
                let first = called(first, with);
                let why = say!("Only the volume that the first container wrote to has the file.");
                failure.why(why).cause(
                    "another-volume",
                    say!("Start a container with the same volume as container `{first}`, under the same name and at the same path."; first),
                )
            }
        }
    }
}

/// Whether the file is older than the container, and was not put into the volume with the volume itself. Engines tell the
/// second in which a volume was made: one of the container's own second may have been made for it.
fn kept(mount: &Mount, seen: &SeenFile, setup: &Setup) -> bool {
    let is_older = mount.volume_created_ms / 1000 < setup.created_ms / 1000;
    is_older && seen.was_written_within(mount.volume_created_ms..setup.created_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::sample::{Sample, mounted, refused};

    const CHECK: &str = r#"container-keeps = { file = "/data/notes.txt" }"#;

    fn volume(name: &str, created: i64) -> Mount {
        Mount {
            kind: "volume".to_owned(),
            target: "/data".to_owned(),
            volume: name.to_owned(),
            volume_created_ms: created * 1000,
            ..Mount::default()
        }
    }

    /// A container that was created then, with a mount and with the file, written then.
    fn container(name: &str, created: i64, mount: Option<Mount>, written: Option<i64>) -> Sighting {
        let mut sighting = mounted(name, created, mount.into_iter().collect());
        let setup = sighting.setup.as_mut().unwrap();
        setup.created_ms = created * 1000;
        if let Some(written) = written {
            setup.files.insert(
                "/data/notes.txt".to_owned(),
                SeenFile {
                    written_ms: vec![written * 1000],
                },
            );
        }
        sighting
    }

    fn seen(sightings: Vec<Sighting>) -> Sample {
        Sample::of("FROM x\n").sightings(sightings)
    }

    #[test]
    fn a_file_that_is_older_than_its_container_was_kept() {
        seen(vec![container("b", 50, Some(volume("v", 10)), Some(30))])
            .passes(CHECK)
            .is_settled(CHECK);
        // Shared with `--volumes-from`: the volume has no name.
        seen(vec![container("b", 50, Some(volume(&"0".repeat(64), 10)), Some(30))]).passes(CHECK);
    }

    #[test]
    fn a_file_that_the_second_container_writes_too_was_kept_where_the_first_one_was_seen_with_it() {
        let second = || container("b", 50, Some(volume("v", 10)), Some(60));
        let first = |volume, written| container("a", 20, Some(volume), Some(written));
        seen(vec![first(volume("v", 10), 30), second()]).passes(CHECK);
        seen(vec![first(volume("other", 10), 30), second()]).fails_by(CHECK, "only-one");
        seen(vec![first(volume("v", 5), 30), second()]).fails_by(CHECK, "only-one");
        seen(vec![first(volume("v", 10), 60), second()]).fails_by(CHECK, "only-one");
    }

    #[test]
    fn what_was_not_kept_fails_by_its_cause() {
        let v = || Some(volume("v", 10));
        seen(vec![container("a", 20, v(), Some(30))]).fails_by(CHECK, "only-one");
        // The volume may have been made for the container.
        seen(vec![container("a", 10, v(), Some(10))]).fails_by(CHECK, "only-one");
        // The image's own file, which the engine copies into a new volume.
        seen(vec![container("a", 20, v(), Some(5))]).fails_by(CHECK, "only-one");
        seen(vec![container("a", 20, None, Some(30))]).fails_by(CHECK, "not-in-a-volume");
        seen(vec![container("a", 20, None, None)]).fails_by(CHECK, "no-file");
        seen(vec![container("a", 20, v(), None)]).fails_by(CHECK, "not-written");
        let anonymous = Some(volume(&"0".repeat(64), 10));
        seen(vec![container("a", 20, anonymous, Some(30))]).fails_by(CHECK, "anonymous");
        let bind = Mount {
            kind: "bind".to_owned(),
            volume: String::new(),
            ..volume("", 0)
        };
        seen(vec![container("a", 20, Some(bind), Some(5))]).fails_by(CHECK, "a-bind");
        seen(vec![
            container("a", 20, None, Some(30)),
            container("b", 40, Some(volume("v", 40)), None),
        ])
        .fails_by(CHECK, "another-volume");
    }

    #[test]
    fn without_an_engine_it_cannot_be_checked() {
        Sample::of("FROM x\n").cannot_check(CHECK);
        Sample::of("FROM x\n").engine().fails_by(CHECK, "no-container");
        refused("container-keeps = \"/data/x\"", "invalid type");
    }
}

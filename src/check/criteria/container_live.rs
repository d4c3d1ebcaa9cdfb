//! `check.container-live`: a container sees a file of the workspace that was changed while it ran.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    container_mounts::shown_at,
    judge::Judge,
    sighted::{Progress, called, is_absolute, one_of_them},
};
use crate::check::{
    case::Case,
    evidence::{Setup, Sighting},
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The file, as a container calls it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContainerLive {
    /// The file's path in the container; its name may have a `*` for any characters.
    file: String,
}

impl Judge for ContainerLive {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        one_of_them(case, &self.expected(), |sighting, setup| {
            self.judge_one(sighting, setup)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::ContainerFile(self.file.clone())]
    }

    fn mistakes(&self) -> Vec<String> {
        is_absolute("file", &self.file)
    }
}

impl ContainerLive {
    fn expected(&self) -> String {
        let file = &self.file;
        say!("a container that sees a change that you made to `{file}` in the workspace"; file)
    }

    fn judge_one(&self, sighting: &Sighting, setup: &Setup) -> Progress {
        let (name, file) = (called(sighting, setup), &self.file);
        let failure = |found: String| Failure::new(self.expected(), found);
        let mount = setup.mount_of(file);
        let shown = mount.and_then(|mount| shown_at(mount, file));
        let Some(seen) = setup.files.get(file) else {
            let mounted = mount.and_then(|mount| mount.in_workspace.as_deref());
            return Err(match mounted {
                Some(folder) => (1, self.is_not_in(if folder.is_empty() { "." } else { folder }, name)),
                None => (
                    0,
                    failure(say!("container `{name}` has no `{file}`"; name, file)).plain("no-file"),
                ),
            });
        };
        let Some(shown) = shown else {
            return Err((
                1,
                failure(say!("in container `{name}`, `{file}` does not come from the workspace"; name, file))
                    .why(say!(
                        "A file of the image is a copy from the time of the build. Changes in your folder do not reach it."
                    ))
                    .cause(
                        "a-copy",
                        say!("Start a container with the file's folder mounted over `{file}`: write its path before the `:`, starting with `./` or `$PWD`."; file),
                    ),
            ));
        };
        let until = if sighting.running {
            i64::MAX
        } else {
            setup.ended_ms.max(setup.started_ms)
        };
        if seen.was_written_within(setup.created_ms..until) {
            return Ok(());
        }
        Err((
            2,
            failure(say!("`{shown}` has not changed since container `{name}` was created"; shown, name)).cause(
                "unchanged",
                say!("Let container `{name}` run, change `{shown}` in your editor, save it, and check again."; name, shown),
            ),
        ))
    }

    /// What a container lacks that has another folder mounted, or one of another machine.
    fn is_not_in(&self, folder: &str, name: &str) -> Failure {
        let file = &self.file;
        let found =
            say!("in container `{name}`, the mounted `{folder}` of the workspace has no `{file}`"; name, folder, file);
        Failure::new(self.expected(), found)
            .why(say!(
                "A mount shows one folder of the machine that the engine runs on. Docker creates that folder where it is missing, and then it is empty."
            ))
            .cause(
                "not-there",
                say!("Look at what is there with `docker exec {name} ls FOLDER`, and start a new container with the right folder."; name),
            )
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::{Mount, SeenFile, Sighting},
        sample::{Sample, mounted, refused},
    };

    const CHECK: &str = r#"container-live = { file = "/app/notes.py" }"#;

    fn container(in_workspace: Option<&str>, written: i64, ended: Option<i64>) -> Sighting {
        let mount = Mount {
            kind: "bind".to_owned(),
            target: "/app".to_owned(),
            in_workspace: in_workspace.map(str::to_owned),
            ..Mount::default()
        };
        let mut sighting = mounted("c", 1, vec![mount]);
        let setup = sighting.setup.as_mut().unwrap();
        (setup.created_ms, setup.started_ms) = (50, 51);
        setup.files.insert(
            "/app/notes.py".to_owned(),
            SeenFile {
                written_ms: vec![written],
            },
        );
        if let Some(ended) = ended {
            setup.ended_ms = ended;
            sighting.running = false;
        }
        sighting
    }

    fn seen(sighting: Sighting) -> Sample {
        Sample::of("FROM x\n").sightings([sighting])
    }

    #[test]
    fn a_change_counts_while_the_container_is_there() {
        seen(container(Some(""), 60, None)).passes(CHECK).is_settled(CHECK);
        seen(container(Some("app"), 60, Some(70))).passes(CHECK);
        seen(container(Some(""), 40, None))
            .fails_by(CHECK, "unchanged")
            .fails(CHECK, "`notes.py` has not changed");
        seen(container(Some(""), 80, Some(70))).fails_by(CHECK, "unchanged");
    }

    #[test]
    fn only_files_of_the_workspace_count() {
        seen(container(None, 60, None)).fails_by(CHECK, "a-copy");
        let mut unmounted = container(Some(""), 60, None);
        unmounted.setup.as_mut().unwrap().mounts.clear();
        seen(unmounted).fails_by(CHECK, "a-copy");
        let mut empty = container(Some(""), 60, None);
        empty.setup.as_mut().unwrap().files.clear();
        seen(empty)
            .fails_by(CHECK, "not-there")
            .fails(CHECK, "the mounted `.` of the workspace has no");
        seen(mounted("c", 1, vec![])).fails_by(CHECK, "no-file");
        Sample::of("FROM x\n").cannot_check(CHECK);
        Sample::of("FROM x\n").engine().fails_by(CHECK, "no-container");
        refused("container-live = \"/app\"", "invalid type");
    }
}

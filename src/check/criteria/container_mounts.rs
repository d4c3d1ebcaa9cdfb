//! `check.container-mounts`: one of the learner's own containers has a volume or a folder of the workspace mounted there.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::Judge,
    sighted::{Progress, called, is_absolute, one_of_them},
};
use crate::check::{
    case::Case,
    evidence::{Mount, Setup, Sighting},
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// What has to be mounted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContainerMounts {
    /// The folder or file in the container.
    at: String,
    /// What is mounted there.
    #[serde(rename = "type")]
    kind: MountKind,
    /// The folder or file of the workspace that a bind mount shows; `.` is the workspace itself.
    #[serde(default)]
    from: Option<String>,
    /// Whether the container may only read it; either will do where this is not given.
    #[serde(default)]
    read_only: Option<bool>,
}

/// What can be mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum MountKind {
    /// A volume with a name.
    Volume,
    /// A folder or file of the workspace.
    Bind,
}

impl Judge for ContainerMounts {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        one_of_them(case, &self.expected(), |sighting, setup| {
            self.judge_one(sighting, setup)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Containers]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = is_absolute("at", &self.at);
        if let (MountKind::Volume, Some(_)) = (self.kind, &self.from) {
            mistakes.push(say!("`from` is for bind mounts: a volume has no folder in the workspace").to_owned());
        }
        if self
            .from
            .as_deref()
            .is_some_and(|from| from.starts_with('/') || from.split('/').any(|part| part == ".."))
        {
            mistakes.push(say!("`from` is a path below the workspace, such as `app`").to_owned());
        }
        mistakes
    }
}

impl ContainerMounts {
    fn expected(&self) -> String {
        let at = &self.at;
        match (self.kind, self.from()) {
            (MountKind::Volume, _) => say!("a container with a named volume at `{at}`"; at),
            (MountKind::Bind, None) => say!("a container with a folder of the workspace mounted at `{at}`"; at),
            (MountKind::Bind, Some(from)) => {
                say!("a container with `{from}` of the workspace mounted at `{at}`"; from, at)
            }
        }
    }

    fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }

    fn judge_one(&self, sighting: &Sighting, setup: &Setup) -> Progress {
        let (name, at) = (called(sighting, setup), &self.at);
        let failure = |found: String| Failure::new(self.expected(), found);
        let Some(mount) = setup.mount_of(at) else {
            return Err(self.mounted_elsewhere(name, setup));
        };
        self.is_of_kind(mount, name)?;
        if mount.kind == "volume" && !mount.is_named() {
            let found = failure(say!("container `{name}` has a volume without a name at `{at}`"; name, at));
            return Err((
                2,
                found
                    .why(say!(
                        "Docker gives such a volume a random name. The next container gets a new, empty one."
                    ))
                    .cause(
                        "anonymous",
                        say!("Start a new container, and name the volume: `--volume NAME:{at}`."; at),
                    ),
            ));
        }
        if self.kind == MountKind::Bind {
            self.is_from_there(mount, name)?;
        }
        match (self.read_only, mount.read_only) {
            (Some(true), false) => Err((
                4,
                failure(say!("container `{name}` can also write to `{at}`"; name, at)).cause(
                    "writable",
                    say!("Start a new container, and end the value of `--volume` with `:ro`, or add `,readonly` to `--mount`."),
                ),
            )),
            (Some(false), true) => Err((
                4,
                failure(say!("container `{name}` can only read `{at}`"; name, at)).cause(
                    "read-only",
                    say!("Start a new container without `:ro` or `readonly`: this one has to write to `{at}`."; at),
                ),
            )),
            _ => Ok(()),
        }
    }

    /// What a container lacks that has nothing mounted there.
    fn mounted_elsewhere(&self, name: &str, setup: &Setup) -> (u8, Failure) {
        let at = &self.at;
        let failure = |found: String| Failure::new(self.expected(), found);
        let wanted = match self.kind {
            MountKind::Volume => "volume",
            MountKind::Bind => "bind",
        };
        // A mount of another kind is there for something else.
        match setup.mounts.iter().find(|mount| mount.kind == wanted) {
            None => {
                let next = match self.kind {
                    MountKind::Volume => {
                        say!("What is mounted is set when a container is created. Remove container `{name}`, and start a new one with `--volume NAME:{at}`."; name, at)
                    }
                    MountKind::Bind => {
                        say!("What is mounted is set when a container is created. Remove container `{name}`, and start a new one with `--volume`, the path on your machine, and `:{at}`."; name, at)
                    }
                };
                let found = say!("container `{name}` has nothing mounted at `{at}`"; name, at);
                (0, failure(found).cause("nothing", next))
            }
            Some(mount) => {
                let target = &mount.target;
                (
                    1,
                    failure(
                        say!("container `{name}` has nothing mounted at `{at}`, only at `{target}`"; name, at, target),
                    )
                    .cause(
                        "elsewhere",
                        say!("Start a new container, and mount it at `{at}` instead of `{target}`."; at, target),
                    ),
                )
            }
        }
    }

    fn is_of_kind(&self, mount: &Mount, name: &str) -> Progress {
        let at = &self.at;
        let failure = |found: String| Failure::new(self.expected(), found);
        let next = |found: String, cause| {
            match self.kind {
            MountKind::Volume => failure(found).cause(
                cause,
                say!("Start a new container with a named volume: `--volume NAME:{at}`. A name has no `/` and does not start with `.`."; at),
            ),
            MountKind::Bind => failure(found).cause(
                cause,
                say!("Start a new container with a folder of your workspace: write its path before the `:`, starting with `./` or `$PWD`."),
            ),
        }
        };
        match (mount.kind.as_str(), self.kind) {
            ("volume", MountKind::Volume) | ("bind", MountKind::Bind) => Ok(()),
            ("volume", _) => Err((
                2,
                next(say!("container `{name}` has a volume at `{at}`"; name, at), "a-volume"),
            )),
            ("bind", _) => Err((
                2,
                next(
                    say!("container `{name}` has a folder of this machine at `{at}`"; name, at),
                    "a-bind",
                ),
            )),
            ("tmpfs", _) => {
                let found = say!("container `{name}` has a `tmpfs` at `{at}`, which is kept in memory only"; name, at);
                Err((
                    2,
                    failure(found).cause(
                        "in-memory",
                        say!("Start a new container with `--volume` instead of `--tmpfs`: nothing in memory outlives the container."),
                    ),
                ))
            }
            (kind, _) => Err((
                2,
                next(
                    say!("container `{name}` has a mount of type `{kind}` at `{at}`"; name, kind, at),
                    "another-type",
                ),
            )),
        }
    }

    fn is_from_there(&self, mount: &Mount, name: &str) -> Progress {
        let at = &self.at;
        let failure = |found: String| Failure::new(self.expected(), found);
        let Some(shown) = shown_at(mount, at) else {
            return Err((
                3,
                failure(say!("container `{name}` has a folder from outside the workspace at `{at}`"; name, at)).cause(
                    "outside",
                    say!("Run the command in your workspace, and start a new container with a folder of it."),
                ),
            ));
        };
        match self.from() {
            Some(from) if shown != from.trim_start_matches("./").trim_matches(['/', '.']) => {
                let shown = if shown.is_empty() { "." } else { &shown };
                Err((
                    3,
                    failure(say!("container `{name}` has `{shown}` of the workspace at `{at}`"; name, shown, at))
                        .cause(
                            "another-folder",
                            say!("Start a new container with `{from}` instead of `{shown}`."; from, shown),
                        ),
                ))
            }
            _ => Ok(()),
        }
    }
}

/// The path below the workspace that a bind mount shows at a path in the container.
pub(super) fn shown_at(mount: &Mount, path: &str) -> Option<String> {
    let shown = mount.in_workspace.as_ref()?;
    let below = path
        .strip_prefix(mount.target.trim_end_matches('/'))
        .unwrap_or_default();
    Some(format!("{shown}{below}").trim_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::{Mount, Sighting},
        sample::{Sample, mounted, refused},
    };

    const VOLUME: &str = r#"container-mounts = { at = "/data", type = "volume" }"#;
    const BIND: &str = r#"container-mounts = { at = "/server/app", type = "bind", from = "app", read-only = true }"#;

    fn volume(name: &str, target: &str) -> Mount {
        Mount {
            kind: "volume".to_owned(),
            volume: name.to_owned(),
            target: target.to_owned(),
            ..Mount::default()
        }
    }

    fn bind(from: Option<&str>, target: &str, read_only: bool) -> Mount {
        Mount {
            kind: "bind".to_owned(),
            in_workspace: from.map(str::to_owned),
            target: target.to_owned(),
            read_only,
            ..Mount::default()
        }
    }

    fn seen(mounts: Vec<Mount>) -> Sample {
        Sample::of("FROM x\n").sightings([mounted("c", 10, mounts)])
    }

    #[test]
    fn a_named_volume_at_the_folder_or_above_it_passes() {
        seen(vec![volume("notes", "/data")]).passes(VOLUME).is_settled(VOLUME);
        let below = r#"container-mounts = { at = "/data/db", type = "volume" }"#;
        seen(vec![volume("notes", "/data"), volume("x", "/x")]).passes(below);
        seen(vec![])
            .sightings([mounted("d", 9, vec![volume("notes", "/data")])])
            .passes(VOLUME);
    }

    #[test]
    fn what_is_not_a_named_volume_there_fails_by_its_cause() {
        seen(vec![]).fails_by(VOLUME, "nothing");
        seen(vec![bind(Some(""), "/src", true)])
            .fails_by(VOLUME, "nothing")
            .fails(VOLUME, "nothing mounted at `/data`");
        seen(vec![volume("notes", "/date")])
            .fails_by(VOLUME, "elsewhere")
            .fails(VOLUME, "only at `/date`");
        seen(vec![volume(&"0f".repeat(32), "/data")]).fails_by(VOLUME, "anonymous");
        seen(vec![bind(Some("data"), "/data", false)]).fails_by(VOLUME, "a-bind");
        let memory = Mount {
            kind: "tmpfs".to_owned(),
            ..volume("", "/data")
        };
        seen(vec![memory]).fails_by(VOLUME, "in-memory");
        let writable = r#"container-mounts = { at = "/data", type = "volume", read-only = false }"#;
        let read_only = Mount {
            read_only: true,
            ..volume("notes", "/data")
        };
        seen(vec![read_only]).passes(VOLUME).fails_by(writable, "read-only");
    }

    #[test]
    fn a_bind_mount_shows_that_folder_whatever_is_mounted() {
        seen(vec![bind(Some("app"), "/server/app", true)]).passes(BIND);
        seen(vec![bind(Some(""), "/server", true)]).passes(BIND);
        seen(vec![bind(Some("app"), "/server/app", false)]).fails_by(BIND, "writable");
        seen(vec![bind(Some(""), "/server/app", true)])
            .fails_by(BIND, "another-folder")
            .fails(BIND, "has `.` of the workspace");
        seen(vec![bind(None, "/server/app", true)]).fails_by(BIND, "outside");
        seen(vec![volume("app", "/server/app")]).fails_by(BIND, "a-volume");
        let any = r#"container-mounts = { at = "/server", type = "bind" }"#;
        seen(vec![bind(Some(""), "/server", false)]).passes(any);
        let whole = r#"container-mounts = { at = "/server", type = "bind", from = "." }"#;
        seen(vec![bind(Some(""), "/server", false)]).passes(whole);
    }

    #[test]
    fn the_container_that_came_closest_is_told() {
        let sample = seen(vec![volume(&"0f".repeat(32), "/data")]).sightings([mounted("later", 20, vec![])]);
        sample.fails_by(VOLUME, "anonymous");
    }

    #[test]
    fn what_was_seen_by_an_older_program_tells_nothing() {
        let old = Sighting {
            setup: None,
            ..mounted("c", 10, vec![])
        };
        Sample::of("FROM x\n").sightings([old]).fails_by(VOLUME, "no-container");
        Sample::of("FROM x\n").cannot_check(VOLUME);
        Sample::of("FROM x\n").engine().fails_by(VOLUME, "no-container");
        refused(
            r#"container-mounts = { at = "/data", type = "folder" }"#,
            "unknown variant",
        );
    }
}

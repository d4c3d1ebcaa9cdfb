//! What was seen of the learner's own containers, now and at earlier checks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Changed paths that are remembered of one container.
const MOST_CHANGES: usize = 400;
/// Times that are remembered of one file.
const MOST_TIMES: usize = 50;

/// One of the learner's own containers, as it was seen at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The container's id.
    pub container: String,
    /// The id of the image that it runs.
    pub image: String,
    /// When the container was made, as the engine tells it (seconds since 1970).
    pub created: i64,
    /// Paths below `/` that it had added or changed, at most 200.
    pub changed: Vec<String>,
    /// Whether it still ran when it was seen last.
    pub running: bool,
    /// How it was made and what became of it; none in what older programs have seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<Setup>,
}

/// How a container was made, and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setup {
    /// The container's name.
    pub name: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it was started last, in milliseconds since 1970; 0 where it never was.
    pub started_ms: i64,
    /// When it ended, in milliseconds since 1970; 0 where it has not.
    pub ended_ms: i64,
    /// When it was seen last, in milliseconds since 1970.
    pub seen_ms: i64,
    /// The exit code with which it ended.
    pub exit_code: Option<i64>,
    /// Whether it was ended for want of memory.
    pub out_of_memory: bool,
    /// What is mounted in it, at most 50.
    pub mounts: Vec<Mount>,
    /// The networks that it joined, at most 20.
    pub networks: Vec<Joined>,
    /// Memory limit in bytes; 0 without one.
    pub memory: u64,
    /// When it is started again: "no", "on-failure", "always" or "unless-stopped".
    pub restart: String,
    /// How often the engine started it again.
    pub restarts: u64,
    /// Whether its root file system is read-only.
    pub read_only: bool,
    /// The log driver.
    pub log_driver: String,
    /// The log driver's options.
    pub log_options: BTreeMap<String, String>,
    /// What was seen of the files that the task's criteria ask about, by their paths.
    pub files: BTreeMap<String, SeenFile>,
}

/// Something mounted in a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mount {
    /// "volume", "bind" or "tmpfs".
    pub kind: String,
    /// Where in the container, without a slash at the end.
    pub target: String,
    /// The volume's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub volume: String,
    /// When the volume was made, in milliseconds since 1970: a new volume of the same name is another one.
    #[serde(skip_serializing_if = "is_zero")]
    pub volume_created_ms: i64,
    /// The folder or file that a bind mount shows, on the engine's machine. It is only compared with the workspace, and not
    /// kept.
    #[serde(skip)]
    pub source: String,
    /// The same below the workspace, "" for the workspace itself; none where it is elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_workspace: Option<String>,
    /// Whether the container may only read it.
    pub read_only: bool,
}

/// A network that a container joined.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Joined {
    /// The network's name.
    pub name: String,
    /// The network's id.
    pub id: String,
    /// The names under which the network knows the container, its own among them.
    pub names: Vec<String>,
    /// The names of the other containers that ran on it, whatever their image, at most 20.
    pub others: Vec<String>,
}

/// What was seen of a file in a container, or of all files that a pattern matches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeenFile {
    /// When they had been written each time they were seen, in milliseconds since 1970: the earliest and the latest.
    pub written_ms: Vec<i64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Sighting {
    /// Writes down that the container is gone: it ran until it was seen last, at least.
    pub fn is_gone(&mut self) {
        if let Some(setup) = self.setup.as_mut().filter(|_| self.running) {
            setup.ended_ms = setup.seen_ms.max(setup.started_ms);
        }
        self.running = false;
    }

    /// Adds what was seen of the same container later.
    pub fn update(&mut self, later: Self) {
        self.running = later.running;
        for path in later.changed {
            if !self.changed.contains(&path) {
                self.changed.push(path);
            }
        }
        self.changed.truncate(MOST_CHANGES);
        let Some(mut setup) = later.setup else {
            return;
        };
        if let Some(earlier) = self.setup.take() {
            for (path, seen) in earlier.files {
                setup.files.entry(path).or_default().add(&seen.written_ms);
            }
            for known in earlier.networks {
                match setup.networks.iter_mut().find(|joined| joined.id == known.id) {
                    Some(joined) if joined.others.is_empty() => joined.others = known.others,
                    Some(_) => {}
                    None => setup.networks.push(known),
                }
            }
        }
        self.setup = Some(setup);
    }
}

impl SeenFile {
    /// Adds times at which it had been written.
    pub fn add(&mut self, written_ms: &[i64]) {
        self.written_ms.extend_from_slice(written_ms);
        self.written_ms.sort_unstable();
        self.written_ms.dedup();
        if self.written_ms.len() > MOST_TIMES {
            self.written_ms
                .drain(MOST_TIMES / 2..self.written_ms.len() - MOST_TIMES / 2);
        }
    }

    /// Whether it was written in this time, the end excluded.
    pub fn was_written_within(&self, time: std::ops::Range<i64>) -> bool {
        self.written_ms.iter().any(|written| time.contains(written))
    }
}

impl Setup {
    /// What is mounted closest above a path.
    pub fn mount_of(&self, path: &str) -> Option<&Mount> {
        let above = self.mounts.iter().filter(|mount| is_below(path, &mount.target));
        above.max_by_key(|mount| mount.target.len())
    }

    /// Whether both containers ran at the same time, however briefly.
    pub fn ran_beside(&self, other: &Self) -> bool {
        let ended = |setup: &Self| {
            if setup.ended_ms < setup.started_ms {
                i64::MAX
            } else {
                setup.ended_ms
            }
        };
        let ran = |setup: &Self| setup.started_ms > 0;
        ran(self) && ran(other) && self.started_ms <= ended(other) && other.started_ms <= ended(self)
    }
}

impl Mount {
    /// Whether its volume has a name that a person gave it: the engine's own are 64 hexadecimal digits.
    pub fn is_named(&self) -> bool {
        let by_engine = self.volume.len() == 64 && self.volume.chars().all(|c| c.is_ascii_hexdigit());
        !self.volume.is_empty() && !by_engine
    }

    /// Whether it is the same volume.
    pub fn is_volume_of(&self, other: &Self) -> bool {
        !self.volume.is_empty() && self.volume == other.volume && self.volume_created_ms == other.volume_created_ms
    }
}

impl Joined {
    /// Whether a person made the network: only there do names lead to containers.
    pub fn is_user_defined(&self) -> bool {
        !["bridge", "host", "none", "podman", "default"].contains(&self.name.as_str())
    }
}

/// Whether a path is another, or is below it.
pub fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_record_is_read_and_written_as_it_was() {
        let old = r#"{"container":"c","image":"i","created":1,"changed":["/a"],"running":true}"#;
        let read: Sighting = serde_json::from_str(old).unwrap();
        assert_eq!(read.setup, None);
        assert_eq!(serde_json::to_string(&read).unwrap(), old);
    }

    #[test]
    fn where_a_bind_mount_comes_from_is_not_kept() {
        let mount = Mount {
            kind: "bind".to_owned(),
            source: "/home/somebody/ws".to_owned(),
            in_workspace: Some(String::new()),
            ..Mount::default()
        };
        let text = serde_json::to_string(&mount).unwrap();
        assert!(!text.contains("somebody"), "{text}");
    }

    #[test]
    fn every_time_at_which_a_file_was_written_is_remembered() {
        let seen = |written_ms: &[i64]| Sighting {
            setup: Some(Setup {
                files: [(
                    "/f".to_owned(),
                    SeenFile {
                        written_ms: written_ms.to_vec(),
                    },
                )]
                .into(),
                ..Setup::default()
            }),
            ..Sighting::default()
        };
        let mut sighting = seen(&[5]);
        sighting.update(seen(&[9]));
        sighting.update(seen(&[9]));
        assert_eq!(sighting, seen(&[5, 9]));
        sighting.update(Sighting::default());
        assert_eq!(sighting, seen(&[5, 9]), "what an older program sees takes nothing away");
        let mut file = SeenFile::default();
        file.add(&(0..500).collect::<Vec<_>>());
        assert_eq!(file.written_ms.len(), MOST_TIMES);
        assert_eq!(
            (file.written_ms.first(), file.written_ms.last()),
            (Some(&0), Some(&499))
        );
        assert!(file.was_written_within(499..500) && !file.was_written_within(500..600));
    }

    #[test]
    fn the_mount_closest_above_a_path_counts() {
        let mount = |target: &str| Mount {
            target: target.to_owned(),
            ..Mount::default()
        };
        let setup = Setup {
            mounts: vec![mount("/data"), mount("/data/deep"), mount("/dat")],
            ..Setup::default()
        };
        let at = |path: &str| setup.mount_of(path).map(|mount| mount.target.as_str());
        assert_eq!(at("/data/x"), Some("/data"));
        assert_eq!(at("/data/deep/x"), Some("/data/deep"));
        assert_eq!(at("/database"), None);
    }

    #[test]
    fn containers_ran_together_or_one_after_the_other() {
        let ran = |started_ms, ended_ms| Setup {
            started_ms,
            ended_ms,
            ..Setup::default()
        };
        assert!(ran(1, 0).ran_beside(&ran(5, 9)) && ran(5, 9).ran_beside(&ran(1, 0)));
        assert!(!ran(1, 4).ran_beside(&ran(5, 9)) && !ran(5, 9).ran_beside(&ran(1, 4)));
        assert!(!ran(1, 0).ran_beside(&ran(0, 0)), "one that was never started");
        // Started again after it had ended.
        assert!(ran(20, 9).ran_beside(&ran(30, 0)));
    }

    #[test]
    fn one_that_is_gone_ran_until_it_was_seen_last() {
        let mut sighting = Sighting {
            running: true,
            setup: Some(Setup {
                started_ms: 5,
                seen_ms: 9,
                ..Setup::default()
            }),
            ..Sighting::default()
        };
        sighting.is_gone();
        sighting.is_gone();
        let setup = sighting.setup.unwrap();
        assert!(!sighting.running && setup.ended_ms == 9);
        let later = Setup {
            started_ms: 10,
            ..Setup::default()
        };
        assert!(!setup.ran_beside(&later));
    }

    #[test]
    fn a_volume_without_a_name_has_one_by_the_engine() {
        let named = |volume: &str| Mount {
            volume: volume.to_owned(),
            ..Mount::default()
        };
        assert!(named("notes").is_named() && named(&"g".repeat(64)).is_named());
        assert!(!named(&"ab12".repeat(16)).is_named() && !named("").is_named());
    }
}

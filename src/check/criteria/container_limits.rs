//! `check.container-limits`: one of the learner's own containers was started within these limits.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    bytes::Bytes,
    judge::Judge,
    sighted::{Progress, called, one_of_them},
};
use crate::{
    check::{
        case::Case,
        evidence::{Setup, Sighting},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    quantity::size,
};

/// What one container has to meet, all of it together.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContainerLimits {
    /// The memory limit is no higher: bytes, or a number with its unit, "300 MB".
    #[serde(default)]
    memory_at_most: Option<Bytes>,
    /// The restart policy is one of these: "no", "on-failure", "always", "unless-stopped".
    #[serde(default)]
    restart: Option<Vec<Restart>>,
    /// The engine has started it again at least this often.
    #[serde(default)]
    restarts_at_least: Option<u64>,
    /// Whether it was ended for want of memory.
    #[serde(default)]
    out_of_memory: Option<bool>,
    /// Whether its root file system is read-only.
    #[serde(default)]
    read_only: Option<bool>,
    /// The engine keeps its log bounded: by the options of the driver, or by a driver that bounds it by itself.
    #[serde(default)]
    log_is_bounded: Option<bool>,
    /// It runs.
    #[serde(default)]
    running: Option<bool>,
}

/// When the engine starts a container again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Restart {
    No,
    OnFailure,
    Always,
    UnlessStopped,
}

impl Restart {
    fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::OnFailure => "on-failure",
            Self::Always => "always",
            Self::UnlessStopped => "unless-stopped",
        }
    }
}

impl Judge for ContainerLimits {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let wanted = self.wanted();
        let expected = say!("a container with {}", wanted.join(", "));
        one_of_them(case, &expected, |sighting, setup| {
            let mut unmet: Vec<(&'static str, String, String)> = Vec::new();
            self.memory(sighting, setup, &mut unmet);
            self.restarts(sighting, setup, &mut unmet);
            self.the_rest(sighting, setup, &mut unmet);
            let met = u8::try_from(wanted.len().saturating_sub(unmet.len())).unwrap_or(u8::MAX);
            told(unmet, met, &expected)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Containers]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.wanted().is_empty() {
            mistakes.push(say!("nothing is asked of the container").to_owned());
        }
        if self.restart.as_ref().is_some_and(Vec::is_empty) {
            mistakes.push(say!("`restart` is empty, so no container can meet it").to_owned());
        }
        if self.restarts_at_least == Some(0) {
            mistakes.push(say!("`restarts-at-least` is 0, which every container meets").to_owned());
        }
        if self.memory_at_most.is_some_and(|most| most.get() == 0) {
            mistakes.push(say!("`memory-at-most` is 0 bytes, and no container can run with that").to_owned());
        }
        mistakes
    }
}

/// Fails with the first thing that a container lacks.
fn told(unmet: Vec<(&'static str, String, String)>, met: u8, expected: &str) -> Progress {
    match unmet.into_iter().next() {
        None => Ok(()),
        Some((cause, found, next)) => Err((met, Failure::new(expected, found).cause(cause, next))),
    }
}

impl ContainerLimits {
    /// What is asked, each as a noun.
    fn wanted(&self) -> Vec<String> {
        let mut wanted = Vec::new();
        if let Some(most) = self.memory_at_most {
            wanted.push(say!("a memory limit of {} or less", size(most.get())));
        }
        if let Some(restart) = &self.restart {
            let names: Vec<String> = restart.iter().map(|restart| format!("`{}`", restart.name())).collect();
            wanted.push(say!("a restart policy of {}", names.join(" / ")));
        }
        if let Some(least) = self.restarts_at_least {
            wanted.push(say!("a restart count of {least} or more"; least));
        }
        match self.out_of_memory {
            Some(true) => wanted.push(say!("a process that was killed for lack of memory").to_owned()),
            Some(false) => wanted.push(say!("enough memory").to_owned()),
            None => {}
        }
        match self.read_only {
            Some(true) => wanted.push(say!("a read-only root file system").to_owned()),
            Some(false) => wanted.push(say!("a writable root file system").to_owned()),
            None => {}
        }
        match self.log_is_bounded {
            Some(true) => wanted.push(say!("a bounded log").to_owned()),
            Some(false) => wanted.push(say!("an unbounded log").to_owned()),
            None => {}
        }
        match self.running {
            Some(true) => wanted.push(say!("a process that still runs").to_owned()),
            Some(false) => wanted.push(say!("a process that has ended").to_owned()),
            None => {}
        }
        wanted
    }

    fn memory(&self, sighting: &Sighting, setup: &Setup, unmet: &mut Vec<(&'static str, String, String)>) {
        let name = called(sighting, setup);
        if let Some(most) = self.memory_at_most {
            if setup.memory == 0 {
                unmet.push((
                    "no-memory-limit",
                    say!("container `{name}` has no memory limit"; name),
                    say!("Start a new container with `--memory` and the most that it may use, such as `200m`.")
                        .to_owned(),
                ));
            } else if setup.memory > most.get() {
                let (limit, most) = (size(setup.memory), size(most.get()));
                unmet.push((
                    "high-memory-limit",
                    say!("container `{name}` may use {limit} of memory"; name, limit),
                    say!("Start a new container with a lower `--memory`: {most} at most."; most),
                ));
            }
        }
        match (self.out_of_memory, setup.out_of_memory) {
            (Some(true), false) => unmet.push((
                "enough-memory",
                say!("container `{name}` has not run out of memory"; name),
                say!("Start a new container with a lower `--memory`, and let it use more than that.").to_owned(),
            )),
            (Some(false), true) => unmet.push((
                "out-of-memory",
                say!("container `{name}` ran out of memory, and was killed"; name),
                say!("Start a new container with a higher `--memory`.").to_owned(),
            )),
            _ => {}
        }
    }

    fn restarts(&self, sighting: &Sighting, setup: &Setup, unmet: &mut Vec<(&'static str, String, String)>) {
        let name = called(sighting, setup);
        if let Some(wanted) = &self.restart
            && !wanted.iter().any(|wanted| wanted.name() == setup.restart)
        {
            let (is, first) = (&setup.restart, wanted.first().map_or("", |first| first.name()));
            unmet.push((
                "another-policy",
                say!("container `{name}` has the restart policy `{is}`"; name, is),
                say!("Start a new container with `--restart {first}`."; first),
            ));
        }
        if let Some(least) = self.restarts_at_least
            && setup.restarts < least
        {
            let count = setup.restarts;
            unmet.push((
                "not-restarted",
                say!("the restart count of container `{name}` is {count}"; name, count),
                say!("End its main process from inside, and look at `docker ps` until it runs again.").to_owned(),
            ));
        }
    }

    fn the_rest(&self, sighting: &Sighting, setup: &Setup, unmet: &mut Vec<(&'static str, String, String)>) {
        let name = called(sighting, setup);
        match (self.read_only, setup.read_only) {
            (Some(true), false) => unmet.push((
                "writable",
                say!("container `{name}` can write to its root file system"; name),
                say!("Start a new container with `--read-only`.").to_owned(),
            )),
            (Some(false), true) => unmet.push((
                "read-only",
                say!("the root file system of container `{name}` is read-only"; name),
                say!("Start a new container without `--read-only`.").to_owned(),
            )),
            _ => {}
        }
        match (self.log_is_bounded, log_is_bounded(setup)) {
            (Some(true), false) => unmet.push((
                "unbounded-log",
                say!("the log of container `{name}` can grow without a limit (driver `{}`)", setup.log_driver; name),
                say!("Start a new container with `--log-opt max-size=10m`.").to_owned(),
            )),
            (Some(false), true) => unmet.push((
                "bounded-log",
                say!("the log of container `{name}` is bounded (driver `{}`)", setup.log_driver; name),
                say!("Start a new container without `--log-opt` and `--log-driver`.").to_owned(),
            )),
            _ => {}
        }
        match (self.running, sighting.running) {
            (Some(true), false) => unmet.push((
                "ended",
                say!("container `{name}` does not run"; name),
                say!("Start it, and check while it runs.").to_owned(),
            )),
            (Some(false), true) => unmet.push((
                "runs",
                say!("container `{name}` still runs"; name),
                say!("Stop it, and check again.").to_owned(),
            )),
            _ => {}
        }
    }
}

/// Whether the engine bounds what it keeps of a container's log. `json-file` grows without end unless it is told a size;
/// `local` keeps 100 MB, `none` nothing; what other drivers send elsewhere is not the engine's to keep.
fn log_is_bounded(setup: &Setup) -> bool {
    match setup.log_driver.as_str() {
        // Podman's name for its files, which its own setting bounds.
        "json-file" | "k8s-file" => setup.log_options.get("max-size").is_some_and(|size| is_positive(size)),
        "local" => setup.log_options.get("max-size").is_none_or(|size| is_positive(size)),
        "" => false,
        _ => true,
    }
}

/// Whether a size is more than none: `-1` and `0` stand for no limit.
fn is_positive(size: &str) -> bool {
    let digits: String = size.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().is_ok_and(|size: u64| size > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::sample::{Sample, mounted, refused};

    fn container(change: impl FnOnce(&mut Setup)) -> Sighting {
        let mut sighting = mounted("c", 1, vec![]);
        let setup = sighting.setup.as_mut().unwrap();
        setup.restart = "no".to_owned();
        setup.log_driver = "json-file".to_owned();
        change(setup);
        sighting
    }

    fn seen(change: impl FnOnce(&mut Setup)) -> Sample {
        Sample::of("FROM x\n").sightings([container(change)])
    }

    #[test]
    fn memory_is_bounded_by_what_the_author_says() {
        let check = r#"container-limits = { memory-at-most = "300 MB" }"#;
        seen(|setup| setup.memory = 200_000_000).passes(check).is_settled(check);
        seen(|setup| setup.memory = 300_000_000).passes(check);
        seen(|setup| setup.memory = 300_000_001).fails_by(check, "high-memory-limit");
        seen(|_| {}).fails_by(check, "no-memory-limit");
        let hit = "container-limits = { out-of-memory = true }";
        seen(|setup| setup.out_of_memory = true)
            .passes(hit)
            .fails_by("container-limits = { out-of-memory = false }", "out-of-memory");
        seen(|_| {}).fails_by(hit, "enough-memory");
    }

    #[test]
    fn any_of_the_policies_will_do() {
        let check = r#"container-limits = { restart = ["on-failure", "unless-stopped"] }"#;
        seen(|setup| setup.restart = "unless-stopped".to_owned()).passes(check);
        seen(|setup| setup.restart = "always".to_owned())
            .fails_by(check, "another-policy")
            .fails(check, "`always`");
        seen(|_| {}).fails_by(check, "another-policy");
        let restarted = "container-limits = { restarts-at-least = 2 }";
        seen(|setup| setup.restarts = 2).passes(restarted);
        seen(|setup| setup.restarts = 1).fails_by(restarted, "not-restarted");
    }

    #[test]
    fn a_log_is_bounded_by_its_driver_or_its_options() {
        let check = "container-limits = { log-is-bounded = true }";
        let log = |driver: &str, size: Option<&str>| {
            seen(|setup| {
                setup.log_driver = driver.to_owned();
                setup.log_options = size
                    .map(|size| ("max-size".to_owned(), size.to_owned()))
                    .into_iter()
                    .collect();
            })
        };
        for (driver, size) in [
            ("json-file", Some("10m")),
            ("local", None),
            ("none", None),
            ("journald", None),
        ] {
            log(driver, size).passes(check);
        }
        for (driver, size) in [
            ("json-file", None),
            ("json-file", Some("-1")),
            ("json-file", Some("0")),
            ("local", Some("-1")),
        ] {
            log(driver, size).fails_by(check, "unbounded-log");
        }
    }

    #[test]
    fn one_container_has_to_meet_all_of_it() {
        let check = r#"container-limits = { memory-at-most = "300 MB", read-only = true, running = true }"#;
        let limited = || container(|setup| setup.memory = 1);
        let read_only = || container(|setup| setup.read_only = true);
        Sample::of("FROM x\n")
            .sightings([limited(), read_only()])
            .fails_by(check, "no-memory-limit");
        Sample::of("FROM x\n")
            .sightings([read_only(), limited()])
            .fails_by(check, "writable");
        let both = || container(|setup| (setup.memory, setup.read_only) = (1, true));
        Sample::of("FROM x\n").sightings([both()]).passes(check);
        let ended = Sighting {
            running: false,
            ..both()
        };
        Sample::of("FROM x\n")
            .sightings([ended])
            .fails_by(check, "ended")
            .passes("container-limits = { running = false }");
    }

    #[test]
    fn without_an_engine_it_cannot_be_checked() {
        let check = "container-limits = { read-only = false }";
        Sample::of("FROM x\n").cannot_check(check);
        Sample::of("FROM x\n").engine().fails_by(check, "no-container");
        seen(|setup| setup.read_only = true).fails_by(check, "read-only");
        refused("container-limits = { restart = [\"sometimes\"] }", "unknown variant");
        refused("container-limits = { memory-at-most = \"much\" }", "is not a size");
    }
}

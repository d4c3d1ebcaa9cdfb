//! What a learner has done: attempts are the record, and everything else follows from them.
//!
//! Plain data; `disk` keeps it. Unknown fields of a newer program are refused by the version, never dropped.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::{
    Verdicts,
    evidence::{PushEvidence, Sighting},
};

/// The version of the format below.
pub const STATE_VERSION: u32 = 3;

/// All progress of one workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// [`STATE_VERSION`] of the program that wrote it.
    pub version: u32,
    /// Tells this workspace's containers from others'; 12 random hexadecimal digits.
    pub workspace: String,
    /// What it was before it was random (format 1): a hash of the workspace's path. What older programs have left on an
    /// engine is still found by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_workspace: Option<String>,
    /// Whether the file was changed by something else than this program, seen by its seal. Once seen it stays.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// By task id.
    #[serde(default)]
    pub tasks: BTreeMap<String, TaskProgress>,
}

/// Progress in one task.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskProgress {
    /// Every attempt, oldest first.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// How many hints were shown, by criterion.
    #[serde(default)]
    pub hints: BTreeMap<String, usize>,
    /// What was seen of the learner's own containers (task 4).
    #[serde(default)]
    pub sightings: Vec<Sighting>,
    /// When the learner asked for the reference before passing, RFC 3339 in UTC.
    #[serde(default)]
    pub gave_up: Vec<String>,
    /// The last push of its image.
    #[serde(default)]
    pub push: Option<PushEvidence>,
}

/// One check that was judged to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Whole seconds from the command to the verdict.
    pub seconds: u64,
    /// Whether the task was passed.
    pub passed: bool,
    /// The outcome's word by criterion: "pass", "fail", "skipped", "cannot-check".
    pub outcomes: BTreeMap<String, String>,
    /// The required criterion that failed first.
    #[serde(default)]
    pub failed_first: Option<String>,
    /// Size of the image in bytes, when there was one.
    #[serde(default)]
    pub image_size: Option<u64>,
    /// The Dockerfile that was judged, when the task was passed: the next task starts from it.
    #[serde(default)]
    pub dockerfile: Option<String>,
}

/// Where a learner is with a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing was judged yet.
    Open,
    /// Judged, and not passed yet.
    Tried,
    /// Passed at least once.
    Passed,
}

impl Progress {
    /// No progress yet.
    pub fn new(workspace: String) -> Self {
        Self {
            version: STATE_VERSION,
            workspace,
            former_workspace: None,
            edited: false,
            tasks: BTreeMap::new(),
        }
    }

    /// Brings what an older program wrote into the present format.
    pub fn migrate(&mut self, new_id: impl FnOnce() -> String) {
        // Format 3 is sealed and has more to say of containers, and nothing of format 2 is read in another way.
        if self.version < 2 {
            self.former_workspace = Some(std::mem::replace(&mut self.workspace, new_id()));
        }
        self.version = self.version.max(STATE_VERSION);
    }

    /// Where the learner is with a task.
    pub fn standing(&self, task: &str) -> Standing {
        match self.tasks.get(task) {
            Some(task) if task.attempts.iter().any(|attempt| attempt.passed) => Standing::Passed,
            Some(task) if !task.attempts.is_empty() => Standing::Tried,
            _ => Standing::Open,
        }
    }

    /// The first of the tasks that is not passed.
    pub fn current<'a>(&self, ids: &[&'a str]) -> Option<&'a str> {
        ids.iter().copied().find(|id| self.standing(id) != Standing::Passed)
    }

    /// The Dockerfile with which a task was passed last.
    pub fn passed_dockerfile(&self, task: &str) -> Option<&str> {
        let attempts = &self.tasks.get(task)?.attempts;
        attempts
            .iter()
            .rev()
            .find(|attempt| attempt.passed)?
            .dockerfile
            .as_deref()
    }

    /// The criterion that failed first in the last attempt; none when the last attempt passed.
    pub fn failed_last(&self, task: &str) -> Option<&str> {
        self.tasks.get(task)?.attempts.last()?.failed_first.as_deref()
    }

    /// The task of the latest attempt of all, when that attempt did not pass.
    pub fn stuck_at(&self) -> Option<&str> {
        let (task, attempt) = self
            .tasks
            .iter()
            .filter_map(|(id, task)| Some((id, task.attempts.last()?)))
            .max_by(|(_, a), (_, b)| a.at.cmp(&b.at))?;
        (!attempt.passed).then_some(task.as_str())
    }

    /// Writes down that the learner asked for the reference before passing.
    pub fn give_up(&mut self, task: &str, at: String) {
        self.tasks.entry(task.to_owned()).or_default().gave_up.push(at);
    }

    /// Writes down a push.
    pub fn pushed(&mut self, task: &str, push: PushEvidence) {
        self.tasks.entry(task.to_owned()).or_default().push = Some(push);
    }

    /// Writes down an attempt.
    pub fn record(&mut self, task: &str, attempt: Attempt) {
        self.tasks.entry(task.to_owned()).or_default().attempts.push(attempt);
    }

    /// Counts one more hint of a criterion as shown, of `ladder` that there are, and returns its index from 0;
    /// the last one again when all were shown.
    pub fn next_hint(&mut self, task: &str, criterion: &str, ladder: usize) -> usize {
        let shown = self
            .tasks
            .entry(task.to_owned())
            .or_default()
            .hints
            .entry(criterion.to_owned())
            .or_default();
        let index = (*shown).min(ladder.saturating_sub(1));
        *shown = (*shown + 1).min(ladder);
        index
    }

    /// Adds what was seen of a container, or what is new about one seen before; the last 50 are kept.
    pub fn sight(&mut self, task: &str, sighting: Sighting) {
        let known = &mut self.tasks.entry(task.to_owned()).or_default().sightings;
        match known.iter_mut().find(|other| other.container == sighting.container) {
            Some(other) => other.update(sighting),
            None => known.push(sighting),
        }
        known.sort_by_key(|sighting| sighting.created);
        let surplus = known.len().saturating_sub(50);
        known.drain(..surplus);
    }

    /// Forgets everything about a task.
    pub fn forget(&mut self, task: &str) {
        self.tasks.remove(task);
    }
}

impl Attempt {
    /// What is kept of verdicts.
    pub fn new(
        at: String,
        seconds: u64,
        verdicts: &Verdicts,
        image_size: Option<u64>,
        dockerfile: Option<&str>,
    ) -> Self {
        let passed = verdicts.passed();
        Self {
            at,
            seconds,
            passed,
            outcomes: verdicts
                .0
                .iter()
                .map(|verdict| (verdict.criterion.clone(), verdict.outcome.word().to_owned()))
                .collect(),
            failed_first: verdicts.first_failure().map(|verdict| verdict.criterion.clone()),
            image_size,
            dockerfile: dockerfile.filter(|_| passed).map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(passed: bool) -> Attempt {
        Attempt {
            at: "2026-01-01T00:00:00Z".to_owned(),
            seconds: 1,
            passed,
            outcomes: BTreeMap::new(),
            failed_first: (!passed).then(|| "builds".to_owned()),
            image_size: None,
            dockerfile: passed.then(|| "FROM x".to_owned()),
        }
    }

    #[test]
    fn passed_once_is_passed_for_good() {
        let mut progress = Progress::new("w".to_owned());
        assert_eq!(progress.current(&["1", "2"]), Some("1"));
        progress.record("1", attempt(true));
        progress.record("1", attempt(false));
        assert_eq!(progress.standing("1"), Standing::Passed);
        assert_eq!(progress.current(&["1", "2"]), Some("2"));
        assert_eq!(progress.passed_dockerfile("1"), Some("FROM x"));
        assert_eq!(progress.failed_last("1"), Some("builds"));
    }

    #[test]
    fn an_older_state_gets_a_random_id_and_keeps_its_attempts_and_the_id_it_had() {
        let mut progress = Progress::new("path".to_owned());
        progress.version = 1;
        progress.record("1", attempt(true));
        progress.migrate(|| "random".to_owned());
        assert_eq!(progress.version, STATE_VERSION);
        assert_eq!(progress.workspace, "random");
        assert_eq!(progress.former_workspace.as_deref(), Some("path"));
        assert_eq!(progress.standing("1"), Standing::Passed);
        progress.migrate(|| "again".to_owned());
        assert_eq!(progress.workspace, "random");
    }

    #[test]
    fn a_state_of_format_2_keeps_its_id_and_what_it_has_seen() {
        let text = r#"{"version":2,"workspace":"random","tasks":{"4":{"sightings":[
            {"container":"c","image":"i","created":1,"changed":["/a"],"running":true}]}}}"#;
        let mut progress: Progress = serde_json::from_str(text).unwrap();
        progress.migrate(|| "again".to_owned());
        assert_eq!(
            (progress.version, progress.workspace.as_str()),
            (STATE_VERSION, "random")
        );
        let seen = &progress.tasks["4"].sightings[0];
        assert!(seen.running && seen.changed == ["/a"] && seen.setup.is_none());
    }

    #[test]
    fn hints_go_one_step_at_a_time_and_never_wrap() {
        let mut progress = Progress::new("w".to_owned());
        let shown: Vec<usize> = (0..5).map(|_| progress.next_hint("1", "base", 3)).collect();
        assert_eq!(shown, [0, 1, 2, 2, 2]);
    }

    #[test]
    fn a_container_seen_twice_is_one_sighting() {
        let mut progress = Progress::new("w".to_owned());
        let seen = |changed: &str, running| Sighting {
            container: "c".to_owned(),
            image: "i".to_owned(),
            created: 1,
            changed: vec![changed.to_owned()],
            running,
            setup: None,
        };
        progress.sight("4", seen("/server/toto.py", true));
        progress.sight("4", seen("/tmp", false));
        let sightings = &progress.tasks["4"].sightings;
        assert_eq!(sightings.len(), 1);
        assert_eq!(sightings[0].changed, ["/server/toto.py", "/tmp"]);
        assert!(!sightings[0].running);
    }

    #[test]
    fn the_newest_sightings_are_kept_in_their_order() {
        let mut progress = Progress::new("w".to_owned());
        for created in (0..60).rev() {
            progress.sight(
                "4",
                Sighting {
                    container: format!("c{created}"),
                    image: "i".to_owned(),
                    created,
                    changed: Vec::new(),
                    running: false,
                    setup: None,
                },
            );
        }
        let kept: Vec<i64> = progress.tasks["4"].sightings.iter().map(|seen| seen.created).collect();
        assert_eq!(kept, (10..60).collect::<Vec<_>>());
    }

    #[test]
    fn one_is_stuck_at_the_latest_attempt_that_did_not_pass() {
        let mut progress = Progress::new("w".to_owned());
        assert_eq!(progress.stuck_at(), None);
        let at = |at: &str, passed| Attempt {
            at: at.to_owned(),
            ..attempt(passed)
        };
        progress.record("1", at("2026-01-02T00:00:00Z", false));
        progress.record("2", at("2026-01-01T00:00:00Z", false));
        assert_eq!(progress.stuck_at(), Some("1"));
        assert_eq!(progress.failed_last("1"), Some("builds"));
        progress.record("2", at("2026-01-03T00:00:00Z", true));
        assert_eq!(progress.stuck_at(), None);
        assert_eq!(progress.passed_dockerfile("1"), None);
        progress.forget("2");
        assert_eq!(progress.stuck_at(), Some("1"));
    }
}

//! Builds that fail on the engines of today are told by the same causes as the logs that are kept.

use dockerlab::{check::failed_build, dockerfile};

use crate::{
    failed_builds::{Case, corpus},
    support::{Engine, Place, engine},
};

/// Answers that fail within seconds, wherever they are built.
const QUICK: &[&str] = &[
    "command-not-found/poetry",
    "disk-of-the-step/shm",
    "memory/signal",
    "missing-file/copy",
    "not-executable/script",
    "permission/mkdir",
    "shell-syntax/operator",
    "unrecognised/exit",
    "user/unknown-user",
    "wrong-address/apt-mirror",
];

fn fail_as_the_kept_logs_do(engine: Engine, more: &[&str]) {
    let place = Place::started(Some(engine));
    let kept = corpus();
    for wanted in QUICK.iter().chain(more) {
        let (cause, what) = wanted.split_once('/').unwrap();
        let (.., case): &(String, String, Case) = kept
            .iter()
            .find(|(of, name, _)| of == cause && name.starts_with(what))
            .unwrap();
        place.put("Dockerfile-task-1", &case.dockerfile);
        for (name, text) in &case.files {
            place.put(name, text);
        }
        let report = place.run(&["check", "1", "--format", "json"]).json();
        let criteria = report["tasks"][0]["criteria"].as_array().unwrap();
        let builds = criteria.iter().find(|one| one["id"] == "builds").unwrap();
        let told = builds["found"].as_str().or(builds["because"].as_str()).unwrap();
        match failed_build::cause(&case.failure, &dockerfile::parse(&case.dockerfile)) {
            Some(cause) => assert!(told.contains(&cause.found), "{wanted}: {builds:#}"),
            None if *cause == *"unrecognised" => assert!(told.contains("does not recognise the cause"), "{builds:#}"),
            None => assert!(told.contains("build context"), "{wanted}: {builds:#}"),
        }
        let log = builds["whole-log"].as_str().map(str::to_owned);
        let log = log.unwrap_or_else(|| told.rsplit("The whole log: ").next().unwrap().to_owned());
        assert!(place.text(&log).contains("FROM"), "{wanted}: {log}");
    }
}

#[test]
#[ignore = "needs an engine"]
fn builds_fail_by_known_causes_with_buildkit() {
    fail_as_the_kept_logs_do(engine("DOCKERLAB_TEST_ENGINE", false), &["exec-format/binary"]);
}

#[test]
#[ignore = "needs an engine"]
fn builds_fail_by_known_causes_with_the_classic_builder() {
    fail_as_the_kept_logs_do(engine("DOCKERLAB_TEST_ENGINE", true), &["needs-buildkit/mount"]);
}

#[test]
#[ignore = "needs an engine"]
fn builds_fail_by_known_causes_on_the_old_engine() {
    fail_as_the_kept_logs_do(engine("DOCKERLAB_TEST_ENGINE_OLD", false), &[]);
}

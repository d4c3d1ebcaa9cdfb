//! `push`: where to, and whether it arrived.

use crate::{
    commands::push::run,
    engine::port::{PushEvent, PushState, Pushed},
    exit::ExitStatus,
    judging::scripted::{Bench, args, right_picture},
};

/// A bench with the first task's image, and a registry that says that it has this digest afterwards.
fn pushing(at_registry: Option<&str>) -> Bench {
    let bench = Bench::at_terminal();
    let mut script = bench.engine.script();
    script.images.insert("first:test".to_owned(), right_picture());
    let event = PushEvent {
        layer: "abc".to_owned(),
        state: PushState::Uploaded,
    };
    let pushed = Pushed {
        digest: Some("sha256:1".to_owned()),
        uploaded: 2,
        there: 1,
    };
    script.push = (vec![event], Some(pushed));
    script.at_registry = at_registry.map(str::to_owned);
    drop(script);
    bench
}

#[test]
fn what_the_registry_has_is_pushed() {
    let bench = pushing(Some("sha256:1"));
    let to = ["1", "--to", "example.test/me"];
    assert_eq!(run(&bench.lab, &args(&to)).unwrap(), ExitStatus::Done);
    assert_eq!(bench.engine.asked("tag"), ["example.test/me/first:test"]);
    assert_eq!(bench.engine.asked("push"), ["example.test/me/first:test"]);
    assert!(bench.out().contains("example.test has it"));
    let kept = bench.progress().tasks["1"].push.clone().unwrap();
    assert_eq!(kept.digest, "sha256:1");
    assert_eq!(kept.at_registry.as_deref(), Some("sha256:1"));
    assert_eq!(kept.image, right_picture().facts.id);
}

#[test]
fn what_the_registry_has_not_or_has_otherwise_is_not_pushed() {
    for at_registry in [None, Some("sha256:2")] {
        let bench = pushing(at_registry);
        let to = ["1", "--to", "example.test/me"];
        assert_eq!(run(&bench.lab, &args(&to)).unwrap(), ExitStatus::NotPassed);
        assert!(bench.out().contains("FAIL"));
        assert_eq!(
            bench.progress().tasks["1"]
                .push
                .as_ref()
                .unwrap()
                .at_registry
                .as_deref(),
            at_registry
        );
    }
}

#[test]
fn where_to_is_asked_once_and_remembered() {
    let bench = pushing(Some("sha256:1"));
    bench.person().answers = ["Docker Hub", "me"].into();
    assert_eq!(run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::Done);
    assert_eq!(run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::Done);
    assert_eq!(bench.person().questions.len(), 2);
    assert_eq!(bench.engine.asked("push"), ["me/first:test", "me/first:test"]);
}

#[test]
fn every_place_that_can_be_chosen_makes_a_name() {
    for (answers, name) in [
        (
            vec!["Artifact Registry", "", "project", ""],
            "europe-west1-docker.pkg.dev/project/docker-hub/first:test",
        ),
        (vec!["this machine"], "127.0.0.1:5000/lab/first:test"),
        (vec!["another", "ghcr.io/me"], "ghcr.io/me/first:test"),
    ] {
        let bench = pushing(Some("sha256:1"));
        bench.person().answers = answers.into();
        run(&bench.lab, &args(&["1"])).unwrap();
        assert_eq!(bench.engine.asked("push"), [name]);
    }
}

#[test]
fn a_question_that_is_left_pushes_nothing() {
    let mut bench = pushing(Some("sha256:1"));
    assert_eq!(run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::Done);
    assert!(bench.engine.asked("push").is_empty());
    bench.lab.settings.can_ask = false;
    assert_eq!(run(&bench.lab, &args(&["1"])).unwrap_err().status(), ExitStatus::Usage);
}

//! What is kept, and that it is never lost. Needs no engine.

use std::fs;

use crate::support::{Place, place};

#[test]
fn nothing_that_exists_is_overwritten() {
    let place = place(None);
    let root = place.root();
    fs::create_dir(&root).unwrap();
    place.put("Makefile", "mine\n");
    place
        .run_in(place.dir.path(), &["start", "ws"])
        .expect(0)
        .says("and left alone")
        .says("Makefile");
    assert_eq!(place.text("Makefile"), "mine\n");
    place.put("Dockerfile-task-1", "FROM mine\n");
    place.run(&["start"]).expect(0);
    assert_eq!(place.text("Dockerfile-task-1"), "FROM mine\n");
    assert!(place.text("poetry.lock").contains("lock-version = \"2.0\""));
}

#[test]
fn a_damaged_state_is_set_aside_and_named() {
    for damage in ["", "{", "{\"version\": 1}", "\u{0}\u{1}"] {
        let place = Place::started(None);
        place.put(".dockerlab/state.json", damage);
        let ran = place
            .run(&["status"])
            .expect(2)
            .says("is damaged")
            .says("moved to `.dockerlab/state.damaged-");
        let name = ran
            .stderr
            .split("`.dockerlab/state.damaged-")
            .nth(1)
            .unwrap()
            .split('`')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(place.text(&format!(".dockerlab/state.damaged-{name}")), damage);
        place.run(&["status"]).expect(0).says("0 of 6 tasks passed");
    }
}

#[test]
fn a_newer_programs_state_is_left_as_it_is() {
    let place = Place::started(None);
    let newer = "{\"version\": 99, \"workspace\": \"w\", \"stars\": 3}";
    place.put(".dockerlab/state.json", newer);
    place.run(&["status"]).expect(2).says("newer dockerlab");
    place.run(&["start"]).expect(2).says("newer dockerlab");
    assert_eq!(place.text(".dockerlab/state.json"), newer);
}

#[test]
fn reset_backs_up_what_it_replaces() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM mine\n");
    let ran = place
        .run(&["instructor", "reset", "--all", "--yes"])
        .expect(0)
        .says("Reset all tasks");
    let kept = ran
        .stdout
        .lines()
        .find(|line| line.starts_with("Dockerfile-task-1 is in"))
        .unwrap();
    let kept = kept
        .trim_start_matches("Dockerfile-task-1 is in ")
        .trim_end_matches('.');
    assert_eq!(place.text(kept), "FROM mine\n");
    assert!(place.text("Dockerfile-task-1").starts_with("# Task 1"));
}

#[test]
fn hints_wait_for_a_check() {
    let place = Place::started(None);
    place.run(&["hint", "1"]).expect(0).says("Nothing has been checked yet");
    place
        .run(&["solution", "1"])
        .expect(2)
        .says("you have not passed task 1 yet");
}

#[test]
fn giving_up_is_written_down_and_leaves_the_task_open() {
    let place = Place::started(None);
    place
        .run(&["solution", "1"])
        .expect(2)
        .says("you have not passed task 1 yet");
    place
        .run(&["solution", "1", "--give-up"])
        .expect(0)
        .says("you asked for the reference of task 1 before passing")
        .says("FROM ubuntu:20.04");
    let state: serde_json::Value = serde_json::from_str(&place.text(".dockerlab/state.json")).unwrap();
    assert_eq!(state["tasks"]["1"]["gave_up"].as_array().unwrap().len(), 1, "{state:#}");
    place.run(&["status"]).expect(0).says("0 of 6 tasks passed");
    place.run(&["hint", "1", "--all"]).expect(2).says("one at a time");
}

#[test]
fn what_changed_is_told_against_where_it_began() {
    let place = Place::started(None);
    place.run(&["diff"]).expect(0).says("They are the same");
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\n");
    place.run(&["diff", "1"]).expect(0).says("+ FROM ubuntu:20.04");
    place
        .run(&["diff", "1", "--against", "reference"])
        .expect(2)
        .says("you have not passed task 1 yet");
    place.run(&["diff", "4"]).expect(2).says("no Dockerfile");
}

#[test]
fn a_record_that_was_edited_is_said_to_be() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\n");
    place.run(&["check", "1", "--static"]);
    let quiet = place.run(&["status"]).expect(0);
    assert!(!quiet.stdout.contains("edited"), "{}", quiet.stdout);
    let state = place.text(".dockerlab/state.json");
    assert!(state.contains("\"seal\""), "{state}");
    let mut edited: serde_json::Value = serde_json::from_str(&state).unwrap();
    edited["tasks"]["9"] = serde_json::json!({});
    place.put(".dockerlab/state.json", edited.to_string());
    place.run(&["status"]).expect(0).says("This record was edited by hand");
    // What dockerlab writes afterwards does not hide it.
    place.run(&["start"]).expect(0);
    place.run(&["status"]).expect(0).says("This record was edited by hand");
    assert_eq!(
        place.run(&["status", "--format", "json"]).expect(0).json()["edited"],
        true
    );
}

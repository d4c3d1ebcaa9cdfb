//! Runs that are killed while the engine works for them. See `kills`.

use std::time::Duration;

use crate::{
    kills::{attempted, count, killed, lasts, nothing_left, state},
    support::{Dice, Place, current},
};

/// How often a command is killed; in a long run more often.
const ROUNDS: usize = 12;

#[test]
#[ignore = "needs an engine: scripts/test"]
fn killed_checks_leave_no_container_and_lose_no_attempt() {
    kills(ROUNDS);
}

#[test]
#[ignore = "needs an engine and an hour: scripts/test long"]
fn killed_checks_leave_no_container_and_lose_no_attempt_at_length() {
    kills(300);
}

fn kills(usual: usize) {
    let count = count(usual);
    let place = Place::started(Some(current()));
    attempted(&place);
    place.put_ignore();
    let mut dice = Dice::new(41);
    let mut hits = 0;
    // A server that answers nothing, so that a check waits for it; and a command that ends at once.
    let waits = "FROM ubuntu:20.04\nCMD [\"sleep\", \"600\"]\n";
    let ends = "FROM ubuntu:20.04\nCMD [\"true\"]\n";
    place.put("Dockerfile-task-1", waits);
    place.run(&["build", "1"]).expect(0);
    let verbs: [&[&str]; 4] = [
        &["check", "1"],
        &["check", "1"],
        &["run", "1", "--port", "0"],
        &["build", "1"],
    ];
    // A kill hits a command at work only before its end, and machines differ: how long each takes here is the bound.
    let lasts: Vec<Duration> = verbs
        .iter()
        .map(|verb| lasts(&place, verb, Duration::from_millis(2500)))
        .collect();
    let mut attempts = state(&place)["tasks"]["1"]["attempts"].as_array().unwrap().len();
    for round in 0..count {
        place.put("Dockerfile-task-1", waits);
        let verb = dice.below(verbs.len());
        let (verb, lasts) = (verbs[verb], lasts[verb]);
        let took = lasts * u32::try_from(dice.below(1000)).unwrap() / 1000;
        hits += usize::from(killed(&place, verb, took));
        let what = format!("round {round}, {verb:?} killed after {took:?}");
        assert_eq!(place.text("Dockerfile-task-1"), waits, "{what}");
        let kept = state(&place)["tasks"]["1"]["attempts"].as_array().unwrap().len();
        assert!(kept >= attempts, "{what}");
        place.put("Dockerfile-task-1", ends);
        place.run(&["check", "1"]).expect(1);
        let now = state(&place)["tasks"]["1"]["attempts"].as_array().unwrap().len();
        assert_eq!(now, kept + 1, "{what}");
        attempts = now;
        nothing_left(&place, &what);
        let left = place.containers();
        assert!(left.is_empty(), "{what}: {left:?}");
    }
    println!("{hits} of {count} were still at work");
    assert!(hits * 3 > count, "{hits}");
}

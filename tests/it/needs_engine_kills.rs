//! Runs that are killed while the engine works for them. See `kills`.

use std::{process::Command, time::Duration};

use crate::{
    kills::{attempted, count, killed, lasts, nothing_left, state},
    support::{Dice, Place, current},
};

/// What the engine lists.
fn docker(place: &Place, arguments: &[&str]) -> Vec<String> {
    let host = &place.engine.as_ref().unwrap().host;
    let output = Command::new("docker")
        .args(arguments)
        .env("DOCKER_HOST", host)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
#[ignore = "needs an engine and several minutes"]
fn killed_checks_leave_no_container_and_lose_no_attempt() {
    let place = Place::started(Some(current()));
    attempted(&place);
    place.put_ignore();
    let mut dice = Dice::new(41);
    let mut hits = 0;
    let of_workspace = format!(
        "label=dockerlab.workspace={}",
        state(&place)["workspace"].as_str().unwrap()
    );
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
    for round in 0..count() {
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
        let left = docker(&place, &["ps", "-aq", "--filter", &of_workspace]);
        assert!(left.is_empty(), "{what}: {left:?}");
    }
    println!("{hits} of {} were still at work", count());
    assert!(hits * 2 > count(), "{hits}");
}

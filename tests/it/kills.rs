//! Runs that are killed at any moment: the state stays whole, what was done is kept, the learner's files are theirs, and
//! the next command leaves nothing of the killed one. `DOCKERLAB_KILLS=300` kills more often.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::{Dice, Place};

/// How often is killed: `usual` unless `DOCKERLAB_KILLS` says otherwise.
pub(crate) fn count(usual: usize) -> usize {
    std::env::var("DOCKERLAB_KILLS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(usual)
}

/// A place whose learner has attempted task 1, with temporary files of its own.
pub(crate) fn attempted(place: &Place) {
    let mut state = state(place);
    state["tasks"]["1"] = serde_json::json!({"attempts": [
        {"at": "2026-01-01T00:00:00Z", "seconds": 1, "passed": false, "image_size": null, "dockerfile": null, "outcomes": {"base": "fail"}, "failed_first": "base"}
    ]});
    place.put(".dockerlab/state.json", state.to_string());
}

pub(crate) fn state(place: &Place) -> serde_json::Value {
    serde_json::from_str(&place.text(".dockerlab/state.json")).unwrap()
}

/// How long a command lasts that nobody kills, at most so long: it is killed then.
pub(crate) fn lasts(place: &Place, arguments: &[&str], at_most: Duration) -> Duration {
    let begun = Instant::now();
    let mut child = started(place, arguments);
    while begun.elapsed() < at_most {
        if child.try_wait().unwrap().is_some() {
            return begun.elapsed();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    at_most
}

/// Starts a command and kills it after a while; whether it was still at work.
pub(crate) fn killed(place: &Place, arguments: &[&str], after: Duration) -> bool {
    let mut child = started(place, arguments);
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap().signal() == Some(9)
}

fn started(place: &Place, arguments: &[&str]) -> Child {
    let temporary = temporary(place);
    fs::create_dir_all(&temporary).unwrap();
    place
        .command(&place.root(), arguments)
        .env("TMPDIR", &temporary)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn temporary(place: &Place) -> std::path::PathBuf {
    place.dir.path().join("tmp")
}

/// Asserts that nothing of a killed run is left in the folder; a command has been run since.
pub(crate) fn nothing_left(place: &Place, what: &str) {
    let names = |folder: &str| -> Vec<String> {
        fs::read_dir(place.root().join(folder))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert!(
        names(".dockerlab/tmp").is_empty(),
        "{what}: {:?}",
        names(".dockerlab/tmp")
    );
    assert!(names(".dockerlab/running").is_empty(), "{what}");
    assert!(!place.root().join(".dockerlab/reset.json").exists(), "{what}");
    let strays: Vec<String> = names(".")
        .into_iter()
        .filter(|name| name.starts_with(".dockerlab-"))
        .collect();
    assert!(strays.is_empty(), "{what}: {strays:?}");
}

#[test]
#[ignore = "takes half a minute"]
fn without_an_engine() {
    let count = count(40);
    let place = Place::started(None);
    attempted(&place);
    let mut dice = Dice::new(14);
    let mut hits = 0;
    let mut hints = 0;
    let verbs: [&[&str]; 7] = [
        &["check", "1", "--static"],
        &["hint", "1"],
        &["start"],
        &["solution", "1", "--give-up"],
        &["config", "push-to", "example"],
        &["instructor", "prove", "--static", "--only", "solution"],
        &["instructor", "reset", "1", "--yes"],
    ];
    let lasts = lasts(&place, verbs[0], Duration::from_millis(60));
    for round in 0..count {
        let mine = format!("FROM ubuntu:20.04\n# save {round}\n");
        place.put("Dockerfile-task-1", &mine);
        let verb = verbs[dice.below(verbs.len())];
        let before = state(&place);
        let took = lasts * u32::try_from(dice.below(1000)).unwrap() / 1000;
        hits += usize::from(killed(&place, verb, took));
        let what = format!("round {round}, {verb:?} killed after {took:?}");
        // Whatever the moment: the file is whole.
        state(&place);
        place.run(&["status"]).expect(0);
        nothing_left(&place, &what);
        let after = state(&place);
        assert_eq!(before["workspace"], after["workspace"], "{what}");
        let file = place.text("Dockerfile-task-1");
        if after["tasks"]["1"].is_null() {
            // The reset happened, all of it.
            assert!(verb.contains(&"reset"), "{what}");
            assert!(file.starts_with("# Task 1"), "{what}: {file}");
            let kept = Command::new("grep")
                .args(["-rlxF", &format!("# save {round}"), ".dockerlab/backup"])
                .current_dir(place.root())
                .output()
                .unwrap();
            assert!(kept.status.success(), "{what}: the file is not in the backup");
            attempted(&place);
            hints = 0;
            continue;
        }
        assert_eq!(file, mine, "{what}");
        assert_eq!(
            before["tasks"]["1"]["attempts"], after["tasks"]["1"]["attempts"],
            "{what}"
        );
        let shown = after["tasks"]["1"]["hints"].as_object().map_or(0, serde_json::Map::len);
        assert!(shown >= hints, "{what}");
        hints = shown;
    }
    println!("{hits} of {count} were still at work");
    assert!(hits * 4 > count, "{hits}");
    // The next one that makes such a folder removes those that were left.
    let prove = place
        .command(
            &place.root(),
            &["instructor", "prove", "--static", "--only", "solution"],
        )
        .env("TMPDIR", temporary(&place))
        .output()
        .unwrap();
    assert!(prove.status.code().is_some());
    let left: Vec<_> = fs::read_dir(temporary(&place))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

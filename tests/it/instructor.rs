//! What instructors do without an engine: proving by the files alone, and judging again. Needs no engine.

use std::fs;

use crate::support::{Place, place, repository};

fn proofs() -> String {
    repository().join("tests/proofs").to_str().unwrap().to_owned()
}

#[test]
fn what_needs_no_engine_is_proved_and_the_rest_is_counted() {
    let place = place(None);
    let ran = place
        .run_in(
            place.dir.path(),
            &[
                "instructor",
                "prove",
                "--static",
                "--proofs",
                &proofs(),
                "--format",
                "json",
            ],
        )
        .expect(0);
    let proof = &ran.json()["proof"];
    assert_eq!(proof["without-engine"], "--static");
    assert!(proof["unproved"].as_u64().unwrap() > 100, "{proof:#}");
    let wrong: u64 = proof["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["wrong"][1].as_u64().unwrap())
        .sum();
    assert!(wrong > 60, "{proof:#}");
    // Where an engine was wanted and there is none, that is said, and the exit code tells.
    place
        .run_in(place.dir.path(), &["instructor", "prove", "4", "--proofs", &proofs()])
        .expect(3)
        .says("Proved without an engine");
}

#[test]
fn a_wrong_answer_that_passes_and_a_right_one_that_fails_are_faults() {
    let place = place(None);
    let put = |path: &str, text: &str| {
        let path = place.dir.path().join("proofs").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let prove = || {
        place.run_in(
            place.dir.path(),
            &["instructor", "prove", "--static", "--proofs", "proofs"],
        )
    };
    put("1/right/not-really.Dockerfile", "FROM busybox\n");
    put(
        "1/wrong/base--not-really.Dockerfile",
        "FROM ubuntu:20.04\nARG DEBIAN_FRONTEND=noninteractive\n",
    );
    prove()
        .expect(1)
        .says("task 1, right/not-really: it fails at `base`: the base image is `busybox`")
        .says("task 1, wrong/base--not-really: it must fail at `base`, and passes")
        .says("2 faults");
    put("1/wrong/nameless.Dockerfile", "FROM busybox\n");
    put("1/notes.txt", "");
    prove()
        .expect(2)
        .says("files that are not proofs")
        .says("<criterion>--<what>");
    fs::remove_dir_all(place.dir.path().join("proofs")).unwrap();
    put("1/wrong/bass--x.Dockerfile", "FROM busybox\n");
    put("9/right/x.Dockerfile", "FROM busybox\n");
    prove().expect(2).says("task `9`");
}

#[test]
fn kept_evidence_is_judged_by_todays_criteria() {
    let place = Place::started(None);
    place
        .run(&["instructor", "regrade"])
        .expect(0)
        .says("No evidence has been kept yet");
    let evidence = fs::read_to_string(repository().join("benches/evidence/1.json")).unwrap();
    place.put(".dockerlab/evidence/1--20260101T000000Z.json", &evidence);
    place.put(".dockerlab/evidence/1--20260102T000000Z.json", "{");
    let state = place.text(".dockerlab/state.json");
    let mut state: serde_json::Value = serde_json::from_str(&state).unwrap();
    state["tasks"]["1"] = serde_json::json!({
        "attempts": [{
            "at": "2026-01-01T00:00:00Z", "seconds": 1, "passed": false,
            "outcomes": {"base": "fail", "builds": "pass", "gone-today": "fail"}
        }]
    });
    place.put(".dockerlab/state.json", state.to_string());
    place
        .run(&["instructor", "regrade"])
        .expect(0)
        .says("not passed before, passed now")
        .says("base: fail -> pass")
        .says("gone-today: fail -> gone")
        .says("skipped evidence that could not be read: 1");
    let json = place
        .run(&["instructor", "regrade", "1", "--last", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(json["checks"][0]["passes-now"], true);
    assert_eq!(json["checks"][0]["passed-then"], false);
}

//! `build`: the image, and what came of it.

use crate::{
    check::evidence::BuildStep,
    commands::build::run,
    engine::port::BuildEvent,
    error::Error,
    exit::ExitStatus,
    judging::scripted::{Bench, Built, args, right_picture},
};

#[test]
fn the_image_is_built_and_its_size_told() {
    let bench = Bench::new();
    assert_eq!(run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::Done);
    assert!(bench.out().contains("Built first:test in 1.0 s"));
    assert_eq!(bench.engine.asked("build"), ["first:test"]);
}

#[test]
fn steps_are_told_as_they_end_and_the_cache_is_explained() {
    let bench = Bench::new();
    let step = |name: &str, cached| BuildStep {
        name: name.to_owned(),
        stage: None,
        seconds: 1.0,
        cached,
        failed: false,
    };
    let event = |id, name: &str| {
        [
            BuildEvent::StepStarted {
                id,
                name: name.to_owned(),
                internal: false,
            },
            BuildEvent::StepEnded {
                id,
                seconds: 1.0,
                cached: false,
                failed: false,
            },
        ]
    };
    let mut built = Built::of(right_picture());
    built.events = [event(0, "FROM base:1"), event(1, "COPY app /app")].concat();
    built.steps = vec![step("FROM base:1", true), step("COPY app /app", false)];
    bench.build("FROM base:1", built.clone());
    run(&bench.lab, &args(&["1"])).unwrap();
    assert!(bench.err().contains("COPY app /app"));
    bench.write("app/main", "Hello again");
    run(&bench.lab, &args(&["1"])).unwrap();
    assert!(bench.out().contains("app/main"), "the file that changed is named");
}

#[test]
fn a_flood_of_lines_is_no_trouble() {
    let bench = Bench::new();
    let mut built = Built::of(right_picture());
    built.events = (0..100_000)
        .map(|number| BuildEvent::StepLog {
            id: number % 7,
            line: "x".repeat(50),
        })
        .collect();
    bench.build("FROM base:1", built);
    assert_eq!(run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::Done);
    assert!(bench.err().len() < 10_000);
}

#[test]
fn a_build_that_fails_shows_its_last_lines() {
    let bench = Bench::new();
    bench.build("FROM base:1", Built::failed("E: no such package"));
    assert_eq!(run(&bench.lab, &args(&["1"])).unwrap(), ExitStatus::NotPassed);
    assert!(bench.out().contains("The build failed: E: no such package"));
}

#[test]
fn what_cannot_be_built_is_an_error() {
    let bench = Bench::new();
    assert_eq!(run(&bench.lab, &args(&["3"])).unwrap_err().status(), ExitStatus::Usage);
    bench.engine.fail("build", Error::engine("gone"));
    assert_eq!(run(&bench.lab, &args(&["1"])).unwrap_err().status(), ExitStatus::Engine);
}

//! `doctor`, and how it explains what fails.

use crate::{
    commands::doctor::run,
    engine::port::Health,
    error::Error,
    exit::ExitStatus,
    judging::{
        diagnosis::explained,
        scripted::{Bench, args},
    },
};

#[test]
fn a_good_engine_is_told_as_one() {
    let bench = Bench::new();
    assert_eq!(run(&bench.lab, &args(&[])).unwrap(), ExitStatus::Done);
    let out = bench.out();
    assert!(out.contains("Docker Engine 28.5") && !out.contains("FAIL"), "{out}");
}

#[test]
fn what_the_course_does_not_work_with_is_told_with_a_way_out() {
    let bench = Bench::new();
    bench.engine.script().facts.api = "1.39".to_owned();
    bench.engine.script().health = Health {
        free: Some(1),
        ahead: Some(-7200),
        ..Health::default()
    };
    assert_eq!(run(&bench.lab, &args(&[])).unwrap(), ExitStatus::Engine);
    let out = bench.out();
    assert_eq!(out.matches("FAIL").count(), 3, "{out}");
    assert!(out.contains("docker system prune"), "{out}");
}

#[test]
fn an_engine_that_is_not_there_is_a_finding() {
    let bench = Bench::new();
    bench
        .engine
        .fail("facts", Error::engine("cannot reach it").help("start it"));
    assert_eq!(run(&bench.lab, &args(&[])).unwrap(), ExitStatus::Engine);
    let out = bench.out();
    assert!(out.contains("cannot reach it") && out.contains("start it"), "{out}");
}

#[test]
fn a_full_disk_explains_a_build_that_fails_and_nothing_else() {
    let bench = Bench::new();
    bench.engine.script().health.free = Some(1);
    let told = explained(&bench.lab, Error::engine("write /x: no space left on device"));
    assert!(told.help_text().unwrap().contains("docker system prune"));
    let other = Error::engine("a syntax error");
    assert_eq!(explained(&bench.lab, other.clone()), other);
}

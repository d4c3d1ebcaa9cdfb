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

/// What is said about a topic: its state and the line, then its fix.
fn told(bench: &Bench, topic: &str) -> String {
    run(&bench.lab, &args(&[])).unwrap();
    let out = bench.out();
    let mut lines = out.lines().skip_while(|line| !line.contains(topic));
    let first = lines.next().unwrap_or_else(|| panic!("nothing about {topic}: {out}"));
    let rest: Vec<&str> = lines
        .take_while(|line| line.starts_with("        "))
        .map(str::trim)
        .collect();
    format!("{} {}", first.trim(), rest.join(" "))
}

#[test]
fn each_figure_is_judged_at_its_bound() {
    let bench = Bench::new();
    for (memory, state) in [(0, "OK"), (1_499_999_999, "NOTE"), (1_500_000_000, "OK")] {
        bench.engine.script().facts.memory = memory;
        assert!(told(&bench, "machine").starts_with(state), "{memory}");
    }
    for (free, state) in [
        (Some(999_999_999), "FAIL"),
        (Some(1_000_000_000), "NOTE"),
        (Some(3_999_999_999), "NOTE"),
        (Some(4_000_000_000), "OK"),
        (None, "OK"),
    ] {
        bench.engine.script().health.free = free;
        assert!(told(&bench, "disk").starts_with(state), "{free:?}");
    }
    for (ahead, state, text) in [
        (Some(120), "OK", "agrees"),
        (Some(-120), "OK", "agrees"),
        (Some(121), "FAIL", "ahead"),
        (Some(-121), "FAIL", "behind"),
        (None, "NOTE", "does not report"),
    ] {
        bench.engine.script().health.ahead = ahead;
        let told = told(&bench, "clock");
        assert!(told.starts_with(state) && told.contains(text), "{ahead:?}: {told}");
    }
}

#[test]
fn settings_of_the_shell_that_the_engine_does_not_have_are_told() {
    let mut bench = Bench::new();
    assert!(told(&bench, "context").starts_with("OK"));
    bench.lab.settings.docker_host = Some("unix:///scripted.sock".to_owned());
    assert!(told(&bench, "context").starts_with("OK"));
    bench.lab.settings.docker_context = Some("other".to_owned());
    let both = told(&bench, "context");
    assert!(
        both.starts_with("NOTE") && both.contains("unset the one you do not want"),
        "{both}"
    );

    bench.lab.settings.proxies = vec!["no_proxy".to_owned()];
    run(&bench.lab, &args(&[])).unwrap();
    assert!(!bench.out().contains("proxy"), "an exception is no proxy");
    bench.lab.settings.proxies.push("HTTPS_PROXY".to_owned());
    let one = told(&bench, "proxy");
    assert!(one.starts_with("NOTE") && one.contains("(HTTPS_PROXY)"), "{one}");
    bench.engine.script().health.has_proxy = true;
    assert!(told(&bench, "proxy").starts_with("OK"));
}

#[test]
fn base_images_are_looked_for_and_the_pull_limit_is_told_where_it_can_be_met() {
    let bench = Bench::new();
    assert!(told(&bench, "base:1").starts_with("OK"));
    bench.engine.script().images.clear();
    let absent = told(&bench, "base:1");
    assert!(
        absent.starts_with("NOTE") && absent.contains("the first build pulls it"),
        "{absent}"
    );
    assert!(absent.contains("toomanyrequests"), "{absent}");
    bench.engine.script().health.mirrors = 1;
    let mirrored = told(&bench, "base:1");
    assert!(
        mirrored.starts_with("NOTE") && !mirrored.contains("toomanyrequests"),
        "{mirrored}"
    );
}

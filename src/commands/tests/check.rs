//! `check`: what is asked, how it is judged, what is kept.

use serde_json::Value;

use crate::{
    check::evidence::BuildStep,
    commands::check::run,
    engine::port::ContainerFacts,
    error::Error,
    exit::ExitStatus,
    image::Config,
    judging::{
        Labels,
        scripted::{Bench, Built, Layer, RIGHT, args, base_layer, picture, right_picture},
    },
    progress::Standing,
};

/// Checks; the status.
fn check(bench: &Bench, words: &[&str]) -> ExitStatus {
    run(&bench.lab, &args(words)).unwrap()
}

/// Checks a task; the status and the JSON report.
fn report(bench: &Bench, words: &[&str]) -> (ExitStatus, Value) {
    let mut all = words.to_vec();
    all.extend(["--format", "json"]);
    let status = check(bench, &all);
    (status, serde_json::from_str(&bench.out()).unwrap())
}

/// Criteria with their outcomes, of the first task in a report.
fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let criteria = report["tasks"][0]["criteria"].as_array().unwrap();
    let outcome = |one: &'_ Value| one["outcome"].as_str().map(str::to_owned).unwrap();
    criteria
        .iter()
        .map(|one| {
            let word = match outcome(one).as_str() {
                "pass" => "pass",
                "fail" => "fail",
                "skipped" => "skipped",
                _ => "cannot-check",
            };
            (one["id"].as_str().unwrap(), word)
        })
        .collect()
}

#[test]
fn a_right_answer_passes_and_what_follows_is_made() {
    let bench = Bench::new();
    assert_eq!(check(&bench, &["1"]), ExitStatus::Done);
    assert!(bench.out().contains("A server."));
    let progress = bench.progress();
    assert_eq!(progress.standing("1"), Standing::Passed);
    assert_eq!(progress.passed_dockerfile("1"), Some(RIGHT));
    let laid = bench.workspace.read("Dockerfile-task-2").unwrap().unwrap();
    assert_eq!(laid.text, RIGHT);
    let (kept, unreadable) = bench.workspace.evidence("1").unwrap();
    assert_eq!((kept.len(), unreadable), (1, 0));
    assert_eq!(bench.engine.asked("serve").len(), 1);
    // By its labels a container is found again when this program dies.
    let labels = bench.engine.asked("serve-labels").concat();
    for label in ["dockerlab.workspace", "dockerlab.task", "dockerlab.run"] {
        assert!(labels.contains(label), "{labels}");
    }
    assert_eq!(bench.engine.asked("command"), ["greet"]);
}

#[test]
fn what_needs_a_failed_criterion_is_skipped_and_so_is_what_needs_that() {
    let bench = Bench::new();
    bench.build("FROM base:1", Built::failed("no such package"));
    let (status, report) = report(&bench, &["1"]);
    assert_eq!(status, ExitStatus::NotPassed);
    assert_eq!(
        outcomes(&report),
        [
            ("builds", "fail"),
            ("title", "pass"),
            ("clean", "skipped"),
            ("answers", "skipped"),
            ("greets", "skipped"),
        ]
    );
    assert_eq!(report["passed"], false);
    assert_eq!(bench.progress().failed_last("1"), Some("builds"));
}

/// A build in which apt did not reach a server.
fn unreached(server: &str) -> Built {
    Built::failed(&format!("Could not resolve host: {server}"))
}

#[test]
fn a_build_that_the_network_failed_is_tried_once_more() {
    let bench = Bench::new();
    bench.engine.script().next_builds.push_back(unreached("mirror.example"));
    assert_eq!(check(&bench, &["1"]), ExitStatus::Done);
    assert_eq!(bench.engine.asked("build"), ["first:test"; 2]);
    assert!(bench.err().contains("built again"));
    assert_eq!(bench.progress().standing("1"), Standing::Passed);
}

#[test]
fn a_network_that_stays_down_is_no_attempt_and_the_log_is_kept() {
    let bench = Bench::new();
    // The label is missing, which the text alone shows.
    bench.write("Dockerfile-task-1", "FROM scratch\nCOPY app /app\n");
    bench.build("FROM scratch", unreached("mirror.example"));
    let (_, report) = report(&bench, &["1"]);
    assert_eq!(outcomes(&report)[0], ("builds", "cannot-check"));
    let because = report["tasks"][0]["criteria"][0]["because"].as_str().unwrap();
    assert!(because.contains("could not reach `mirror.example`"), "{because}");
    let (_, log) = because.split_once("The whole log: ").unwrap();
    let log = bench.workspace.read(log).unwrap().unwrap();
    assert!(log.text.contains("mirror.example"), "{}", log.text);
    assert_eq!(bench.engine.asked("build").len(), 2);
    assert_eq!(bench.progress().failed_last("1"), None);
    assert!(
        bench
            .progress()
            .tasks
            .get("1")
            .is_none_or(|task| task.attempts.is_empty())
    );
}

#[test]
fn an_address_that_the_learner_wrote_wrong_is_their_attempt() {
    let bench = Bench::new();
    let text = "FROM scratch\nLABEL title=server\nRUN curl https://mirror.exmaple/x\n";
    bench.write("Dockerfile-task-1", text);
    bench.build("FROM scratch", unreached("mirror.exmaple"));
    let (status, report) = report(&bench, &["1"]);
    assert_eq!(status, ExitStatus::NotPassed);
    let failure = &report["tasks"][0]["criteria"][0];
    assert_eq!(
        (&failure["outcome"], &failure["place"]["line"]),
        (&"fail".into(), &3.into())
    );
    assert_eq!(bench.engine.asked("build").len(), 1);
    assert_eq!(bench.progress().failed_last("1"), Some("builds"));
}

#[test]
fn the_logs_of_the_last_five_failed_builds_are_kept() {
    let bench = Bench::new();
    bench.build("FROM base:1", Built::failed("no such package"));
    let mut named = Vec::new();
    for _ in 0..7 {
        let (_, report) = report(&bench, &["1"]);
        let log = &report["tasks"][0]["criteria"][0]["whole-log"];
        named.push(log.as_str().unwrap().to_owned());
    }
    let kept: Vec<bool> = named
        .iter()
        .map(|log| bench.workspace.read(log).unwrap().is_some())
        .collect();
    assert_eq!(kept, [false, false, true, true, true, true, true]);
}

#[test]
fn package_lists_from_the_cache_are_fetched_anew_before_a_package_is_called_unknown() {
    let bench = Bench::new();
    let text = "FROM base:1\nLABEL title=\"server\"\nRUN apt-get update\nRUN apt-get install -y curl\nCOPY app /app\n";
    bench.write("Dockerfile-task-1", text);
    let mut built = Built::failed("E: Unable to locate package curl");
    built.steps.push(BuildStep {
        name: "RUN apt-get update".to_owned(),
        stage: None,
        seconds: 0.0,
        cached: true,
        failed: false,
    });
    bench.engine.script().next_builds.push_back(built);
    assert_eq!(check(&bench, &["1"]), ExitStatus::Done);
    assert_eq!(
        bench.engine.asked("build"),
        ["first:test", "first:test without the cache"]
    );
}

#[test]
fn only_what_the_learners_layers_hold_is_charged_to_them() {
    let bench = Bench::new();
    let with_cache = [
        base_layer(),
        Layer::new(
            "COPY app /app # buildkit",
            &[("app/main", "Hello"), ("var/cache/own", "12")],
        ),
    ];
    let mut image = picture(Config::default(), &with_cache);
    image.facts.config.labels = right_picture().facts.config.labels;
    bench.build("COPY app /app", Built::of(image));
    let (status, report) = report(&bench, &["1"]);
    assert_eq!(status, ExitStatus::NotPassed);
    assert_eq!(outcomes(&report)[2], ("clean", "fail"));
    let failure = &report["tasks"][0]["criteria"][2];
    assert_eq!(failure["place"]["line"], 3, "{failure}");
    assert!(!failure["found"].as_str().unwrap().contains("base"), "{failure}");
}

#[test]
fn a_label_that_the_base_brings_counts() {
    let bench = Bench::new();
    bench.write("Dockerfile-task-1", "FROM base:1\nCOPY app /app\n");
    assert_eq!(check(&bench, &["1"]), ExitStatus::Done);
    let mut image = right_picture();
    image.facts.config.labels.clear();
    bench.build("FROM base:1", Built::of(image));
    assert_eq!(check(&bench, &["1"]), ExitStatus::NotPassed);
}

#[test]
fn our_own_folder_is_not_sent() {
    let bench = Bench::new();
    check(&bench, &["1"]);
    check(&bench, &["1"]);
    let script = bench.engine.script();
    assert!(script.sent.contains(&"app/main".to_owned()), "{:?}", script.sent);
    assert!(
        !script.sent.iter().any(|path| path.starts_with(".dockerlab")),
        "{:?}",
        script.sent
    );
}

#[test]
fn a_base_that_the_engine_has_not_is_fetched_for_the_comparison() {
    let bench = Bench::new();
    let base = bench.engine.script().images.remove("base:1").unwrap();
    bench.engine.script().registry.insert("base:1".to_owned(), base);
    assert_eq!(check(&bench, &["1"]), ExitStatus::Done);
    assert_eq!(bench.engine.asked("pull"), ["base:1"]);
    assert!(bench.err().contains("pulling base:1"));
}

#[test]
fn an_engine_that_fails_is_told_and_is_no_attempt() {
    let bench = Bench::new();
    bench.engine.fail("build", Error::engine("the engine is gone"));
    let (status, report) = report(&bench, &["1"]);
    assert_eq!(status, ExitStatus::Engine);
    assert!(bench.err().contains("the engine is gone"));
    assert_eq!(report["passed"], false);
    assert_eq!(report["tasks"][0]["without-engine"], "the engine is gone");
    assert_eq!(outcomes(&report)[0], ("builds", "cannot-check"));
    assert_eq!(bench.progress().standing("1"), Standing::Open);
    assert!(bench.workspace.evidence("1").unwrap().0.is_empty());
}

#[test]
fn a_container_that_could_not_be_asked_is_held_against_nobody() {
    let bench = Bench::new();
    bench.engine.fail("serve", Error::engine("no port is free"));
    let (status, report) = report(&bench, &["1"]);
    assert_eq!(status, ExitStatus::Engine);
    assert_eq!(outcomes(&report)[3], ("answers", "cannot-check"));
    // What answers needs is not known, so what needs it is judged.
    assert_eq!(outcomes(&report)[4], ("greets", "pass"));
    assert_eq!(bench.progress().standing("1"), Standing::Open);
}

#[test]
fn without_an_engine_the_files_are_judged_and_nothing_is_recorded() {
    let bench = Bench::new();
    let (status, report) = report(&bench, &["1", "--static"]);
    assert_eq!(status, ExitStatus::Done);
    assert_eq!(report["passed"], false);
    assert_eq!(report["tasks"][0]["provisional"], true);
    assert!(bench.engine.script().asked.is_empty());
    assert_eq!(bench.progress().standing("1"), Standing::Open);
    bench.write("Dockerfile-task-1", "FROM base:1\n");
    assert_eq!(check(&bench, &["1", "--static"]), ExitStatus::NotPassed);
}

#[test]
fn all_tasks_pass_only_where_each_does() {
    let bench = Bench::new();
    let (status, report) = report(&bench, &["all"]);
    assert_eq!(status, ExitStatus::NotPassed);
    let passed: Vec<bool> = report["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["passed"].as_bool().unwrap())
        .collect();
    // The second is no smaller, in the third nothing was made.
    assert_eq!(passed, [true, false, false]);
    assert_eq!(report["passed"], false);
}

#[test]
fn a_task_that_is_not_begun_is_told_and_not_passed() {
    let bench = Bench::new();
    std::fs::remove_file(bench.workspace.root().join("Dockerfile-task-1")).unwrap();
    bench.write("Dockerfile-task-2", "FROM base:1\n# small\n");
    bench.build("# small", Built::of(picture(Config::default(), &[base_layer()])));
    bench
        .engine
        .script()
        .images
        .insert("first:test".to_owned(), right_picture());
    bench.engine.script().containers.push(ContainerFacts {
        id: "c".to_owned(),
        image: right_picture().facts.id,
        changed: vec!["/note".to_owned()],
        ..ContainerFacts::default()
    });
    let (status, report) = report(&bench, &["all"]);
    assert!(bench.err().contains("`Dockerfile-task-1` does not exist yet"));
    assert_eq!(report["tasks"].as_array().unwrap().len(), 2);
    assert!(
        report["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .all(|task| task["passed"] == true)
    );
    assert_eq!(
        (status, &report["passed"]),
        (ExitStatus::NotPassed, &Value::Bool(false))
    );
    // It was seen, and is remembered when the container is gone.
    bench.engine.script().containers.clear();
    assert_eq!(check(&bench, &["3"]), ExitStatus::Done);
}

#[test]
fn an_image_whose_layers_are_known_is_not_read_again() {
    let bench = Bench::new();
    check(&bench, &["1"]);
    check(&bench, &["1"]);
    assert_eq!(bench.engine.asked("export").len(), 1);
    // With another base the same layers are another answer.
    bench.engine.script().images.remove("base:1");
    check(&bench, &["1"]);
    assert_eq!(bench.engine.asked("export").len(), 2);
}

#[test]
fn only_containers_of_runs_that_died_are_removed() {
    let bench = Bench::new();
    let begin = || bench.lab.begin_run(&bench.workspace, "1").unwrap();
    let container = |id: &str, labels: Labels| ContainerFacts {
        id: id.to_owned(),
        labels,
        ..ContainerFacts::default()
    };
    let (died, its_labels) = begin();
    drop(died);
    let (_running, labels) = begin();
    let mut foreign = its_labels.clone();
    foreign[0].1 = "another".to_owned();
    bench.engine.script().containers = vec![
        container("died", its_labels),
        container("going-on", labels),
        container("foreign", foreign),
    ];
    check(&bench, &["1"]);
    assert_eq!(bench.engine.asked("remove_container"), ["died"]);
    assert!(bench.err().contains("Removed the container died"));
}

#[test]
fn before_the_first_build_the_doctor_is_heard_once() {
    let bench = Bench::new();
    bench.engine.script().health.free = Some(2_000_000_000);
    check(&bench, &["1"]);
    assert!(bench.err().contains("Before the first build"));
    check(&bench, &["1"]);
    assert!(!bench.err().contains("Before the first build"));
}

#[test]
fn a_dockerfile_that_cannot_be_judged_is_wrong_use() {
    let bench = Bench::new();
    bench.write("Dockerfile-task-1", "FROM base:1\nRNU x\n");
    let error = run(&bench.lab, &args(&["1"])).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Usage);
    assert!(error.message().starts_with("Dockerfile-task-1:2: "), "{error}");
    bench.write("Dockerfile-task-1", "# nothing yet\n");
    assert!(run(&bench.lab, &args(&["1"])).is_err());
    assert!(
        run(&bench.lab, &args(&["9"]))
            .unwrap_err()
            .message()
            .contains("unknown task `9`")
    );
    assert!(bench.engine.script().asked.is_empty());
}

#[test]
fn the_last_pass_of_all_says_farewell_once() {
    let bench = Bench::new();
    assert_eq!(check(&bench, &["1"]), ExitStatus::Done);
    bench.write("Dockerfile-task-2", "FROM base:1\n# small\n");
    bench.build("# small", Built::of(picture(Config::default(), &[base_layer()])));
    assert_eq!(check(&bench, &["2"]), ExitStatus::Done);
    bench.engine.script().containers.push(ContainerFacts {
        id: "c".to_owned(),
        image: right_picture().facts.id,
        changed: vec!["/note".to_owned()],
        ..ContainerFacts::default()
    });
    bench.out();
    check(&bench, &[]);
    assert!(bench.out().contains("Farewell."));
    check(&bench, &["3"]);
    assert!(!bench.out().contains("Farewell."));
}

//! `instructor prove` and `regrade`.

use serde_json::Value;

use crate::{
    commands::{check, instructor},
    error::Error,
    exit::ExitStatus,
    image::Config,
    judging::scripted::{Bench, Built, Layer, RIGHT, args, base_layer, picture, right_picture},
};

/// A bench with a folder of proofs for the first task: what its engine builds is what each of them is named after.
fn proving(files: &[(&str, &str)]) -> Bench {
    let bench = Bench::new();
    for (path, text) in files {
        bench.write_outside(&format!("proofs/{path}"), text);
    }
    let mut cached = picture(
        Config::default(),
        &[
            base_layer(),
            Layer::new("RUN fill # buildkit", &[("var/cache/own", "12")]),
        ],
    );
    cached.facts.config.labels = right_picture().facts.config.labels;
    bench.build("RUN fill", Built::of(cached));
    let mut untitled = right_picture();
    untitled.facts.config.labels.clear();
    bench.build("# untitled", Built::of(untitled));
    bench.build("RUN fail", Built::failed("it fails"));
    // A learner begins with the files that the templates add for the first task.
    bench
}

/// Proves; the status and the JSON report of the first task.
fn prove(bench: &Bench, words: &[&str]) -> (ExitStatus, Value) {
    let proofs = bench.outside().join("proofs");
    let mut all = vec!["prove", "1", "--format", "json", "--proofs", proofs.to_str().unwrap()];
    all.extend(words);
    let status = instructor::run(&bench.lab, &args(&all)).unwrap();
    let report: Value = serde_json::from_str(&bench.out()).unwrap();
    (status, report["proof"]["tasks"][0].clone())
}

/// The faults' subjects and what is wrong with them.
fn faults(task: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let faults = task["faults"].as_array().unwrap();
    faults
        .iter()
        .map(|fault| (text(&fault["of"]), text(&fault["what"])))
        .collect()
}

const FILLS: (&str, &str) = (
    "1/wrong/clean--fills.Dockerfile",
    "FROM base:1\nLABEL title=server\nRUN fill\n",
);
const UNTITLED: (&str, &str) = ("1/wrong/title--none.Dockerfile", "FROM base:1\n# untitled\n");
const FAILS: (&str, &str) = (
    "1/wrong/builds--fails.Dockerfile",
    "FROM base:1\nLABEL title=server\nRUN fail\n",
);
const OTHERWISE: (&str, &str) = (
    "1/right/otherwise.Dockerfile",
    "FROM base:1\nLABEL title=server\nCOPY app /app\n",
);

#[test]
fn answers_are_built_judged_and_removed_and_lone_proofs_are_counted() {
    let bench = proving(&[FILLS, UNTITLED, FAILS, OTHERWISE]);
    let (status, task) = prove(&bench, &[]);
    assert_eq!(status, ExitStatus::NotPassed);
    assert_eq!(task["right"], serde_json::json!([2, 2]), "{task}");
    assert_eq!(task["wrong"], serde_json::json!([3, 3]), "{task}");
    assert_eq!(task["criteria"], serde_json::json!([5, 3]), "{task}");
    // Nothing breaks these two alone, and no reason is given.
    let lone = "no wrong answer breaks it alone, and no reason is given";
    assert_eq!(
        faults(&task),
        [
            ("criterion answers".to_owned(), lone.to_owned()),
            ("criterion greets".to_owned(), lone.to_owned()),
        ]
    );
    let mut built = bench.engine.asked("build");
    built.sort();
    built.dedup();
    assert!(built.iter().all(|tag| tag.starts_with("dockerlab-prove:")), "{built:?}");
    let left: Vec<String> = bench.engine.script().images.keys().cloned().collect();
    assert!(!left.iter().any(|name| name.starts_with("dockerlab-prove")), "{left:?}");
}

#[test]
fn an_answer_that_is_not_judged_as_it_is_named_is_a_fault() {
    let bench = proving(&[
        ("1/wrong/title--is-right.Dockerfile", RIGHT),
        ("1/right/fills.Dockerfile", FILLS.1),
    ]);
    let (status, task) = prove(&bench, &["--only", "i"]);
    assert_eq!(status, ExitStatus::NotPassed);
    let faults = faults(&task);
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(
        faults
            .iter()
            .any(|(of, what)| of == "right/fills" && what.contains("`clean`")),
        "{faults:?}"
    );
    assert!(
        faults
            .iter()
            .any(|(of, what)| of == "wrong/title--is-right" && what.contains("passes")),
        "{faults:?}"
    );
}

#[test]
fn an_engine_that_stands_in_the_way_is_asked_again() {
    let bench = proving(&[OTHERWISE]);
    bench.engine.fail("build", Error::engine("too many requests"));
    let (status, _) = prove(&bench, &["--only", "otherwise", "--jobs", "1"]);
    assert_eq!(status, ExitStatus::Done);
    assert_eq!(bench.engine.asked("build").len(), 2);
    assert!(bench.err().contains("again: the network or the engine failed"));
    for _ in 0..3 {
        bench.engine.fail("build", Error::engine("too many requests"));
    }
    let proofs = bench.outside().join("proofs");
    let words = [
        "prove",
        "1",
        "--only",
        "otherwise",
        "--proofs",
        proofs.to_str().unwrap(),
    ];
    let error = instructor::run(&bench.lab, &args(&words)).unwrap_err();
    assert_eq!(error.status(), ExitStatus::Engine);
}

#[test]
fn kept_evidence_is_judged_without_an_engine() {
    let bench = proving(&[FILLS, OTHERWISE]);
    let kept = bench.outside().join("kept");
    let kept = kept.to_str().unwrap();
    let (_, gathered) = prove(&bench, &["--keep", kept]);
    bench.engine.script().asked.clear();
    let (_, judged) = prove(&bench, &["--kept", kept]);
    assert_eq!(gathered, judged);
    assert!(bench.engine.script().asked.is_empty());
}

#[test]
fn without_an_engine_what_the_files_show_is_proved() {
    let bench = proving(&[UNTITLED, FILLS]);
    let (status, task) = prove(&bench, &["--static"]);
    assert_eq!(status, ExitStatus::Done, "{task}");
    assert!(faults(&task).is_empty());
    assert!(bench.engine.script().asked.is_empty());
    // An engine that is not there is told by the exit status.
    bench.engine.fail("facts", Error::engine("gone"));
    assert_eq!(prove(&bench, &[]).0, ExitStatus::Engine);
}

#[test]
fn what_was_kept_of_a_check_is_judged_again() {
    let bench = Bench::new();
    check::run(&bench.lab, &args(&["1", "--format", "json"])).unwrap();
    bench.out();
    assert_eq!(
        instructor::run(&bench.lab, &args(&["regrade", "1", "--format", "json"])).unwrap(),
        ExitStatus::Done
    );
    let report: Value = serde_json::from_str(&bench.out()).unwrap();
    assert!(report.to_string().contains("\"1\""), "{report}");
}

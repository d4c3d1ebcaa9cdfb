//! Logs of builds that really failed, each under the cause that it was made to fail of.
//!
//! A file is `tests/failed_builds/CAUSE/WHAT.BUILDER.json`: the Dockerfile, files beside it where they matter, and the
//! failure as the engine told it. Names of servers and machines are replaced; the base images that were set up to
//! fail (a mirror that is gone, a wrong clock) stand under the names of ordinary ones.

use std::{collections::BTreeMap, fs, path::PathBuf};

use dockerlab::{
    check::{
        Outcome,
        evidence::{
            BuildEvidence, BuildFailure, Builder, ContextEvidence, EVIDENCE_VERSION, Evidence, Observed, SourceFile,
        },
        failed_build::{self, Fault},
        judge,
    },
    course::Course,
    dockerfile,
    language::Language,
};
use serde::Deserialize;

use crate::support::repository;

#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) dockerfile: String,
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) failure: BuildFailure,
}

/// All logs: the cause, the file's name, and what is in it.
pub(crate) fn corpus() -> Vec<(String, String, Case)> {
    let folder = repository().join("tests/failed_builds");
    let entries = |folder: PathBuf| -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths
    };
    let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    entries(folder)
        .into_iter()
        .flat_map(|folder| {
            let cause = name(&folder);
            entries(folder).into_iter().map(move |path| (cause.clone(), path))
        })
        .map(|(cause, path)| {
            let case = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            (cause, name(&path), case)
        })
        .collect()
}

/// What the criterion says of a kept log: a cause, or that it cannot be checked.
fn told(course: &Course, case: &Case) -> (&'static str, String) {
    let task = course.task("1").unwrap();
    let ignore = case.files.get(".dockerignore").map(|text| SourceFile {
        name: ".dockerignore".to_owned(),
        text: text.clone(),
    });
    let evidence = Evidence {
        version: EVIDENCE_VERSION,
        task: task.id.clone(),
        dockerfile: Some(SourceFile {
            name: "Dockerfile".to_owned(),
            text: case.dockerfile.clone(),
        }),
        context: ContextEvidence {
            ignore,
            ..ContextEvidence::default()
        },
        build: Observed::Known(BuildEvidence {
            builder: Builder::BuildKit,
            tag: task.image.clone(),
            image_id: None,
            steps: Vec::new(),
            failure: Some(case.failure.clone()),
            seconds: 1.0,
        }),
        image: Observed::missing("the build failed"),
        run: Observed::missing("the build failed"),
        sightings: Vec::new(),
        other_sizes: BTreeMap::new(),
        push: None,
        engine: None,
    };
    let verdicts = judge(&task.criteria, &evidence);
    let builds = verdicts.0.iter().find(|verdict| verdict.criterion == "builds").unwrap();
    match &builds.outcome {
        Outcome::Fail(failure) => (failure.cause, format!("{} / {}", failure.found, builds.next)),
        Outcome::CannotCheck { because } => {
            let cause = failed_build::cause(&case.failure, &dockerfile::parse(&case.dockerfile)).unwrap();
            assert_ne!(cause.fault, Fault::Answer, "{because}");
            (cause.name, because.clone())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_log_is_told_by_the_cause_that_it_was_made_by() {
    let course = Course::embedded(Language::ENGLISH).unwrap();
    let mut wrong = Vec::new();
    for (cause, name, case) in corpus() {
        let (found, words) = told(&course, &case);
        if found != cause {
            wrong.push(format!(
                "{cause}/{name}: told as {found}: {words}\n    {}\n    {}\n",
                case.failure.message,
                case.failure.log[case.failure.log.len().saturating_sub(8)..].join("\n    ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.concat());
}

//! Logs of builds that really failed, each under the cause that it was made to fail of.
//!
//! A file is `tests/failed_builds/CAUSE/WHAT.BUILDER.json`: the Dockerfile, files beside it where they matter, and the
//! failure as the engine told it. Names of servers and machines are replaced; the base images that were set up to
//! fail (a mirror that is gone, a wrong clock) stand under the names of ordinary ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use dockerlab::{
    check::{
        evidence::BuildFailure,
        failed_build::{self, Fault},
    },
    dockerfile,
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

/// Causes that are told from the build context and the stages, which these logs do not have.
const BY_THE_CRITERION: &[&str] = &["missing-file", "kept-out", "not-in-stage", "unknown-stage"];

#[test]
fn each_log_is_told_by_the_cause_that_it_was_made_by() {
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for (cause, name, case) in corpus() {
        let found = failed_build::cause(&case.failure, &dockerfile::parse(&case.dockerfile));
        let told = found.as_ref().map_or("unrecognised", |found| found.name);
        seen.insert(told);
        if let Some(found) = &found {
            println!(
                "{cause}/{name}: {} / {} / {:?} / {:?}",
                found.found, found.next, found.line, found.lines
            );
        }
        let is_right = if BY_THE_CRITERION.contains(&cause.as_str()) {
            found
                .as_ref()
                .is_none_or(|found| found.fault == Fault::Answer && found.name != "wrong-address")
        } else {
            told == cause
        };
        if !is_right {
            wrong.push(format!(
                "{cause}/{name}: told as {told}\n    {}\n    {}\n",
                case.failure.message,
                case.failure.log[case.failure.log.len().saturating_sub(8)..].join("\n    ")
            ));
        }
    }
    println!("causes: {seen:?}");
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.concat());
}

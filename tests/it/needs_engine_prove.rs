//! The course proves itself on a real engine: every right answer passes, every wrong one fails where its name says, and
//! the verdicts are those that the evidence in `tests/evidence` gives without an engine.
//!
//! With `DOCKERLAB_EVIDENCE=stale` the evidence on answers that changed is gathered and kept, with `all` that on every
//! answer (`scripts/test evidence`). With the name of a folder that `instructor prove --keep` filled, the evidence in it
//! is kept, and no engine is asked.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use dockerlab::{
    check::{Outcome, judge},
    disk::Kept as KeptFolder,
    proof::{Answer, Awaited},
};

use crate::{
    kept_evidence::{Kept, digest, load, proofs, published, store},
    support::{Place, current, place, repository},
};

/// Proves the course, or a part of it, and keeps the evidence in `folder`.
fn prove(place: &Place, folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let tests = repository().join("tests/proofs");
    let mut all = vec!["instructor", "prove"];
    all.extend(arguments);
    all.extend(["--format", "json", "--jobs", "3"]);
    all.extend(["--proofs", tests.to_str().unwrap(), "--keep", folder.to_str().unwrap()]);
    let ran = place.run_in(place.dir.path(), &all);
    assert!(ran.code < 2, "{}\n{}", ran.stdout, ran.stderr);
    ran.json()
}

/// Keeps what was found out about these answers in the repository.
fn keep(folder: &KeptFolder, answers: &[&Answer]) {
    let course = &proofs().course;
    for task in &course.tasks {
        let mut kept = load(&task.id);
        // Of answers that are no more, nothing is kept.
        kept.retain(|name, _| {
            let mut known = proofs().answers.iter();
            known.any(|(answer, _)| answer.task == task.id && &answer.name == name)
        });
        for answer in answers.iter().filter(|answer| answer.task == task.id) {
            let evidence = folder.read(&answer.task, &answer.name).unwrap().map(published);
            let answer_digest = digest(course, answer);
            kept.insert(
                answer.name.clone(),
                Kept {
                    answer: answer_digest,
                    evidence,
                },
            );
        }
        store(&task.id, &kept);
    }
}

#[test]
#[ignore = "needs an engine, and about ten minutes"]
fn the_course_is_proved_and_its_verdicts_are_those_of_the_kept_evidence() {
    if let Some(folder) = std::env::var_os("DOCKERLAB_EVIDENCE").filter(|folder| Path::new(folder).is_dir()) {
        let folder = KeptFolder::at(Path::new(&folder));
        let known: Vec<&Answer> = proofs()
            .answers
            .iter()
            .map(|(answer, _)| answer)
            .filter(|answer| matches!(folder.read(&answer.task, &answer.name), Ok(Some(_))))
            .collect();
        keep(&folder, &known);
        return;
    }
    let place = place(Some(current()));
    let folder = place.dir.path().join("kept");
    let found = KeptFolder::at(&folder);
    if std::env::var("DOCKERLAB_EVIDENCE").as_deref() == Ok("stale") {
        let stale = proofs().stale();
        for answer in &stale {
            prove(&place, &folder, &[&answer.task, "--only", &answer.name]);
        }
        keep(&found, &stale);
        return;
    }
    let report = prove(&place, &folder, &[]);
    if std::env::var("DOCKERLAB_EVIDENCE").as_deref() == Ok("all") {
        keep(
            &found,
            &proofs().answers.iter().map(|(answer, _)| answer).collect::<Vec<_>>(),
        );
        return;
    }
    for task in report["proof"]["tasks"].as_array().unwrap() {
        assert_eq!(task["faults"].as_array().unwrap().len(), 0, "{:#}", task["faults"]);
    }
    let course = &proofs().course;
    let mut other = BTreeMap::new();
    for (answer, kept) in &proofs().answers {
        let task = course.task(&answer.task).unwrap();
        let fresh = found.read(&answer.task, &answer.name).unwrap();
        let kept = kept.as_ref().and_then(|kept| kept.evidence.as_ref());
        assert_eq!(fresh.is_some(), kept.is_some(), "task {} {}", answer.task, answer.name);
        let (Some(fresh), Some(kept)) = (fresh, kept) else {
            continue;
        };
        // Where a learner starts, only that it does not pass counts.
        if answer.awaited == Awaited::NotYet {
            continue;
        }
        let failed = |evidence| -> BTreeSet<String> {
            let verdicts = judge(&task.criteria, evidence).0.into_iter();
            verdicts
                .filter(|verdict| matches!(verdict.outcome, Outcome::Fail(_)))
                .map(|verdict| verdict.criterion)
                .collect()
        };
        let (now, before) = (failed(&fresh), failed(kept));
        if now != before {
            other.insert(format!("task {} {}", answer.task, answer.name), (now, before));
        }
    }
    assert!(other.is_empty(), "the engine, and the kept evidence: {other:#?}");
}

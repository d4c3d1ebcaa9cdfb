//! The proofs of the built-in courses on a real engine: the verdicts are those that the kept evidence gives without one,
//! and every right answer passes, every wrong one fails where its name says.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use dockerlab::{
    check::{Outcome, judge},
    disk::Kept as KeptFolder,
    proof::{Answer, Awaited},
};
use sha2::{Digest as _, Sha256};

use crate::{
    kept_evidence::{Kept, Proofs, all_proofs, digest, load, proof_folder, published, store},
    support::{Place, current, place, repository},
};

/// Proves these answers to a course, and keeps the evidence in `found`.
fn prove(place: &Place, of: &Proofs, answers: &[&Answer], found: &Path) -> serde_json::Value {
    let proofs = place.dir.path().join("proofs");
    for answer in answers {
        copy(&proof_folder(of.built_in), &proofs, &answer.task, &answer.name);
    }
    let arguments = [
        "--course",
        of.built_in.id,
        "instructor",
        "prove",
        "--format",
        "json",
        "--jobs",
        "3",
        "--proofs",
        proofs.to_str().unwrap(),
        "--keep",
        found.to_str().unwrap(),
    ];
    fs::create_dir_all(&proofs).unwrap();
    let ran = place.run_in(place.dir.path(), &arguments);
    assert!(ran.code < 2, "{}\n{}", ran.stdout, ran.stderr);
    ran.json()
}

/// Copies what an answer is made of; a starter and a solution have nothing of their own.
fn copy(from: &Path, to: &Path, task: &str, name: &str) {
    let Some((side, stem)) = name.split_once('/') else {
        return;
    };
    let (from, to) = (from.join(task).join(side), to.join(task).join(side));
    fs::create_dir_all(&to).unwrap();
    for ending in [".Dockerfile", ".sightings.json"] {
        let file = from.join(format!("{stem}{ending}"));
        if file.is_file() {
            fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
        }
    }
    let mut folders = vec![PathBuf::from(stem)];
    while let Some(folder) = folders.pop().filter(|folder| from.join(folder).is_dir()) {
        fs::create_dir_all(to.join(&folder)).unwrap();
        for entry in fs::read_dir(from.join(&folder)).unwrap() {
            let inner = folder.join(entry.unwrap().file_name());
            if from.join(&inner).is_dir() {
                folders.push(inner);
            } else {
                fs::copy(from.join(&inner), to.join(&inner)).unwrap();
            }
        }
    }
}

/// Keeps what was found out about these answers in the repository.
fn keep(of: &Proofs, found: &KeptFolder, answers: &[&Answer]) {
    let course = &of.course;
    for task in &course.tasks {
        let mut kept = load(of.built_in, &task.id);
        // Nothing is kept about an answer that was removed.
        kept.retain(|name, _| {
            let mut known = of.answers.iter();
            known.any(|(answer, _)| answer.task == task.id && &answer.name == name)
        });
        for answer in answers.iter().filter(|answer| answer.task == task.id) {
            let evidence = found.read(&answer.task, &answer.name).unwrap().map(published);
            kept.insert(
                answer.name.clone(),
                Kept {
                    answer: digest(course, answer),
                    evidence,
                },
            );
        }
        store(of.built_in, &task.id, &kept);
    }
}

/// Proves these answers on the engine, and compares their verdicts with those of the kept evidence.
fn compare(of: &Proofs, answers: &[&Answer]) {
    let place = place(Some(current()));
    let folder = place.dir.path().join("kept");
    let report = prove(&place, of, answers, &folder);
    let found = KeptFolder::at(&folder);
    let course = &of.course;
    for task in report["proof"]["tasks"].as_array().unwrap() {
        // Of a part of the answers, nothing follows about the criteria.
        let mut faults = task["faults"].as_array().unwrap().clone();
        faults.retain(|fault| !fault["of"].as_str().unwrap().starts_with("criterion "));
        assert_eq!(faults.len(), 0, "{faults:#?}");
    }
    let mut other = BTreeMap::new();
    for (answer, kept) in &of.answers {
        if !answers.contains(&answer) {
            continue;
        }
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

fn all(of: &Proofs) -> Vec<&Answer> {
    of.answers.iter().map(|(answer, _)| answer).collect()
}

#[test]
#[ignore = "needs an engine: scripts/test"]
fn a_sample_of_the_proofs_is_judged_on_the_engine_as_by_the_kept_evidence() {
    // One in twenty-four, and all solutions. The digest spreads them over the tasks and stays the same from run to run.
    for of in all_proofs() {
        let mut answers = all(of);
        answers.retain(|answer| {
            let spread = Sha256::digest(format!("{}{}", answer.task, answer.name))[0];
            !answer.name.contains('/') || spread.is_multiple_of(24)
        });
        compare(of, &answers);
    }
}

#[test]
#[ignore = "needs an engine and twenty minutes: scripts/test long"]
fn every_proof_is_judged_on_the_engine_as_by_the_kept_evidence_at_length() {
    for of in all_proofs() {
        compare(of, &all(of));
    }
}

/// `scripts/test evidence` runs this.
#[test]
#[ignore = "writes tests/evidence: scripts/test evidence"]
fn the_evidence_is_gathered_at_length() {
    for of in all_proofs() {
        let answers = match std::env::var("DOCKERLAB_EVIDENCE").as_deref() {
            Ok("all") => all(of),
            Ok("stale") => of.stale(),
            // Evidence that `instructor prove --keep` left: that on other answers stays as it is.
            Ok(folder) => {
                let folder = KeptFolder::at(Path::new(folder));
                let mut known = all(of);
                known.retain(|answer| matches!(folder.read(&answer.task, &answer.name), Ok(Some(_))));
                keep(of, &folder, &known);
                continue;
            }
            // Part of a longer run, which only reads.
            Err(_) => return,
        };
        if answers.is_empty() {
            continue;
        }
        let place = place(Some(current()));
        let folder = place.dir.path().join("kept");
        prove(&place, of, &answers, &folder);
        keep(of, &KeptFolder::at(&folder), &answers);
    }
}

/// What `course new` begins, and the course in `examples`, which was written by docs/authors.md alone.
#[test]
#[ignore = "needs an engine"]
fn a_new_course_and_the_example_prove_green() {
    let place = place(Some(current()));
    place.run_in(place.dir.path(), &["course", "new", "begun"]).expect(0);
    for folder in [place.dir.path().join("begun"), repository().join("examples/greeter")] {
        place
            .run_in(&folder, &["course", "check"])
            .expect(0)
            .says("no mistakes");
        let proved = place.run_in(&folder, &["course", "prove"]).expect(0);
        proved.says("Everything is proved.");
    }
}

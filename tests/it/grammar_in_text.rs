//! Answers that nobody typed, judged without an engine: what is right never fails, what is wrong never passes for
//! good, and what is certain from the text fails at once, where it is wrong.
//!
//! `DOCKERLAB_GRAMMAR_SEED` and `DOCKERLAB_GRAMMAR_COUNT` choose others, or more.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use dockerlab::{
    check::{
        Outcome,
        evidence::{EVIDENCE_VERSION, Evidence, Observed, SourceFile},
        judge,
    },
    course::Course,
    disk::{Context, Scratch},
    dockerfile::{self, Walk},
    language::Language,
};

use crate::{
    grammar::{Answer, Faults, TASKS, breaks_of, compose},
    support::{Dice, number_from_environment},
};

/// Spellings whose mistakes wait for the build though the text shows them: the words of a loop are not put in.
const NOT_READ: &[&str] = &["one by one"];

/// The evidence that there is without an engine, as `check --static` has it. The workspace is that of all answers to
/// the task: an answer's own files are taken away again.
fn evidence(scratch: &Scratch, name: String, answer: &Answer) -> Evidence {
    let root = scratch.workspace().root();
    let own: Vec<_> = answer
        .files
        .iter()
        .map(|(path, text)| (root.join(path), text))
        .collect();
    let before: Vec<_> = own.iter().map(|(path, _)| fs::read(path).ok()).collect();
    for (path, text) in &own {
        fs::write(path, text).unwrap();
    }
    let context = Context::scan(scratch.workspace(), Some(&name), Walk::BuildKit).unwrap();
    for ((path, _), before) in own.iter().zip(before) {
        match before {
            Some(bytes) => fs::write(path, bytes).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
    }
    Evidence {
        version: EVIDENCE_VERSION,
        task: answer.task.to_owned(),
        dockerfile: Some(SourceFile {
            name,
            text: answer.dockerfile.clone(),
        }),
        context: context.evidence(),
        build: Observed::unknown("no engine was asked"),
        image: Observed::unknown("no engine was asked"),
        run: Observed::unknown("no engine was asked"),
        push: None,
        sightings: Vec::new(),
        other_sizes: BTreeMap::new(),
        engine: None,
    }
}

#[test]
fn right_answers_never_fail_in_their_text_and_certain_mistakes_do() {
    let course = Course::embedded(Language::ENGLISH).unwrap();
    let count = number_from_environment("DOCKERLAB_GRAMMAR_COUNT", 3_000);
    let seed = number_from_environment("DOCKERLAB_GRAMMAR_SEED", 1);
    let mut dice = Dice::new(seed);
    let scratch = Scratch::new().unwrap();
    let files = course.files_until(course.tasks.last().unwrap());
    scratch
        .workspace()
        .lay(files.iter().map(|file| (file.path.as_str(), &*file.bytes)))
        .unwrap();
    let mut faults = Faults::default();
    let (mut right, mut wrong, mut certain, mut told) = (0, 0, 0, 0);
    let (mut waiting, mut missed) = (BTreeMap::new(), Vec::new());
    for index in 0..count {
        let task = *dice.one(TASKS);
        let broken = (dice.below(5) < 3).then(|| *dice.one(&breaks_of(task, false)));
        let answer = compose(task, broken, seed * 1_000_003 + index, seed * 7_000_003 + index, false);
        let parsed = dockerfile::parse(&answer.dockerfile);
        let stops: Vec<_> = parsed.problems.iter().filter(|problem| problem.stops_build()).collect();
        assert!(stops.is_empty(), "{stops:?}\n{}", answer.told());
        let asked = course.task(task).unwrap();
        let verdicts = judge(
            &asked.criteria,
            &evidence(&scratch, asked.dockerfile.clone().unwrap(), &answer),
        );
        let failed: BTreeSet<String> = verdicts
            .required()
            .filter(|verdict| matches!(verdict.outcome, Outcome::Fail(_)))
            .map(|verdict| verdict.criterion.clone())
            .collect();
        let fails = answer.broken.map_or(&[][..], |broken| broken.fails);
        // A pass that no image could change any more.
        let settled = !fails.is_empty()
            && verdicts
                .0
                .iter()
                .filter(|verdict| fails.contains(&verdict.criterion.as_str()))
                .all(|verdict| verdict.outcome == Outcome::Pass && !verdict.provisional);
        let is_told = fails.iter().any(|id| failed.contains(*id));
        match answer.broken {
            None => right += 1,
            Some(broken) if answer.certain => {
                certain += 1;
                if is_told {
                    told += 1;
                } else {
                    *waiting.entry(format!("task {task}: {}", broken.name)).or_insert(0) += 1;
                    if !answer.ways.iter().any(|way| NOT_READ.contains(way)) {
                        missed.push(answer.told());
                    }
                }
            }
            Some(_) => wrong += 1,
        }
        faults.compare(&answer, &failed, settled, "");
    }
    println!(
        "seed {seed}: {count} answers composed: {right} right; {certain} wrong for certain, {told} of them told at once; \
         {wrong} wrong as only an image shows; {}",
        faults.figures()
    );
    println!("certain, and waiting for the build: {waiting:#?}");
    faults.are_none();
    assert!(
        missed.is_empty(),
        "certain, and not told at once:\n{}",
        missed.join("\n")
    );
}

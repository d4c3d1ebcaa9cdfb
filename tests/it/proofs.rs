//! What follows from the proofs of the built-in courses, by the evidence that is kept beside them: every right answer
//! passes, every wrong one fails where its name says, and nothing else decides. Needs no engine.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use dockerlab::{
    check::{
        Outcome,
        criteria::Kind,
        evidence::{Evidence, SourceFile},
        judge,
    },
    course::Task,
    output::{self, CheckReport, Style},
    proof::{Awaited, verify},
};

use crate::{
    kept_evidence::{Proofs, all_proofs, all_tasks, nothing_is_kept},
    support::repository,
};

#[test]
fn the_kept_evidence_is_on_todays_answers() {
    let stale: Vec<String> = all_proofs()
        .iter()
        .flat_map(Proofs::stale)
        .map(|answer| format!("task {} {}", answer.task, answer.name))
        .collect();
    assert!(
        stale.is_empty(),
        "no evidence is kept on {stale:#?}\n`scripts/test evidence` gathers it on an engine"
    );
}

#[test]
fn the_courses_are_proved_with_many_right_and_wrong_answers_a_task() {
    for (proofs, task) in all_tasks() {
        let proved = verify(task, &proofs.judged(task));
        assert_eq!(proved.faults, [], "task {}", task.id);
        let ((right, passing), (wrong, failing)) = (proved.right, proved.wrong);
        assert_eq!((right, wrong), (passing, failing), "task {}", task.id);
        if task.dockerfile.is_some() {
            let (fewest_right, fewest_wrong) = match proofs.course.id.as_str() {
                "basics" => (16, 25),
                _ => (9, 12),
            };
            assert!(
                right >= fewest_right && wrong >= fewest_wrong,
                "task {}: {right} right, {wrong} wrong",
                task.id
            );
        }
    }
}

#[test]
fn a_change_of_any_criterion_is_noticed() {
    let mut unnoticed = Vec::new();
    for (proofs, task) in all_tasks() {
        // What is optional holds nobody back, so no answer here turns on it; it has tests of its own.
        let required = |index: &usize| !task.criteria[*index].optional;
        for index in (0..task.criteria.len()).filter(required) {
            let mut removed = task.clone();
            removed.criteria.remove(index);
            let mut negated = task.clone();
            negated.criteria[index].check = negated.criteria[index].check.clone().negated();
            let mut weakened = task.clone();
            weakened.criteria[index].check = Kind::always();
            for (how, changed) in [("removed", removed), ("negated", negated), ("weakened", weakened)] {
                if verify(&changed, &proofs.judged(&changed)).faults.is_empty() {
                    unnoticed.push(format!("task {} {} {how}", task.id, task.criteria[index].id));
                }
            }
        }
    }
    assert_eq!(unnoticed, Vec::<String>::new());
}

/// Rewrites of a Dockerfile's text that leave its meaning as it is.
fn rewrites(text: &str) -> Vec<(&'static str, String)> {
    let has_heredoc = text.contains("<<");
    let mut found = vec![("CRLF", text.replace("\r\n", "\n").replace('\n', "\r\n"))];
    let lines: Vec<&str> = text.lines().collect();
    let starts: Vec<bool> = {
        let parsed = dockerlab::dockerfile::parse(text);
        let begins: Vec<usize> = parsed
            .instructions
            .iter()
            .map(|instruction| usize::try_from(instruction.start_line).unwrap() - 1)
            .collect();
        (0..lines.len()).map(|index| begins.contains(&index)).collect()
    };
    let directive = text.starts_with("# escape");
    let between = |put: &dyn Fn(usize, &str) -> String| {
        lines
            .iter()
            .enumerate()
            .map(|(index, line)| {
                if starts[index] {
                    put(index, line)
                } else {
                    format!("{line}\n")
                }
            })
            .collect::<String>()
    };
    found.push((
        "comments",
        between(&|_, line| format!("# EXPOSE 9 USER root\n{line}\n")),
    ));
    found.push((
        "blank lines",
        between(&|index, line| match (index, directive) {
            (0, _) => format!("{line}\n"),
            _ => format!("\n  \n{line}\n"),
        }),
    ));
    let cased = |upper: bool| {
        between(&|_, line| {
            let end = line.find(char::is_whitespace).unwrap_or(line.len());
            let word = if upper {
                line[..end].to_uppercase()
            } else {
                line[..end].to_lowercase()
            };
            format!("{word}{}\n", &line[end..])
        })
    };
    found.push(("upper case", cased(true)));
    found.push(("lower case", cased(false)));
    if !has_heredoc && !directive {
        // Continuations joined into one line, and lines split at the blank after the instruction's name.
        let mut joined = String::new();
        for line in lines
            .iter()
            .filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty())
        {
            match line.trim_end().strip_suffix('\\') {
                Some(start) => joined.push_str(start),
                None => {
                    joined.push_str(line);
                    joined.push('\n');
                }
            }
        }
        found.push(("joined", joined));
        found.push((
            "split",
            between(&|_, line| match line.split_once(char::is_whitespace) {
                Some((name, rest)) => format!("{name} \\\n    # a comment inside\n\n    {rest}\n"),
                None => format!("{line}\n"),
            }),
        ));
    }
    found
}

#[test]
fn spelling_never_changes_a_verdict() {
    let mut changed = Vec::new();
    let mut tried = 0;
    for (proofs, task) in all_tasks() {
        for (answer, evidence) in proofs.of(task) {
            let Some(source) = &evidence.dockerfile else { continue };
            let words = |evidence: &Evidence| -> Vec<&'static str> {
                judge(&task.criteria, evidence)
                    .0
                    .iter()
                    .map(|verdict| verdict.outcome.word())
                    .collect()
            };
            let mut without_image = evidence.clone();
            without_image.build = dockerlab::check::evidence::Observed::unknown("no engine");
            without_image.image = dockerlab::check::evidence::Observed::unknown("no engine");
            without_image.run = dockerlab::check::evidence::Observed::unknown("no engine");
            for evidence in [evidence, &without_image] {
                let before = words(evidence);
                for (how, text) in rewrites(&source.text) {
                    tried += 1;
                    let mut rewritten = evidence.clone();
                    rewritten.dockerfile = Some(SourceFile {
                        name: source.name.clone(),
                        text,
                    });
                    if words(&rewritten) != before {
                        changed.push(format!("task {} {}: {how}", task.id, answer.name));
                    }
                }
            }
        }
    }
    assert!(tried > 2000, "{tried}");
    assert_eq!(changed, Vec::<String>::new());
}

/// A failure as a learner reads it, without the lines that programs printed, and without what differs from build to
/// build and from day to day: figures, and names of files and packages that somebody else chose.
fn message(task: &Task, evidence: &Evidence) -> String {
    let mut verdicts = judge(&task.criteria, evidence);
    verdicts.0.retain(|verdict| matches!(verdict.outcome, Outcome::Fail(_)));
    for verdict in &mut verdicts.0 {
        if let Outcome::Fail(failure) = &mut verdict.outcome {
            failure.details.clear();
        }
    }
    let report = CheckReport {
        unrecorded: Vec::new(),
        task: task.id.clone(),
        title: task.title.clone(),
        image: task.image.clone(),
        verdicts,
        without_engine: None,
        evidence: evidence.clone(),
        advice: Vec::new(),
        coached: None,
        seconds: 0.0,
        learned: String::new(),
        opened: Default::default(),
        next_task: None,
        farewell: None,
    };
    let mut out = Vec::new();
    output::checked(&mut out, &report, 2000, Style::plain()).unwrap();
    let text = String::from_utf8(out).unwrap();
    let is_summary = |line: &&str| line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(" criteri");
    let told: Vec<&str> = text.lines().skip(2).take_while(|line| !is_summary(line)).collect();
    let mut shown = told.join("\n");
    for (pattern, instead) in [
        (r"\b[0-9]+(\.[0-9]+)? (B|kB|MB|GB|files?|ms|s)\b", "N $2"),
        (
            r"(/var/lib/apt/lists|/var/cache/apt/archives|/\.cache/[a-z]+)/[^`\n]*`",
            "$1/…`",
        ),
        // The version that the base image brings, or what stands in for it.
        (r"python3[0-9.*]*/(dist|site)-packages", "python3…/…-packages"),
        (
            r"found     recommended packages were installed: .*; .*",
            "found     recommended packages were installed: …; …",
        ),
    ] {
        shown = regex_lite::Regex::new(pattern)
            .unwrap()
            .replace_all(&shown, instead)
            .into_owned();
    }
    shown.trim_end().to_owned()
}

#[test]
fn each_cause_of_a_criterion_has_a_next_step_of_its_own() {
    let lines = regex_lite::Regex::new(r"\bline [0-9]+").unwrap();
    let mut shared = Vec::new();
    let mut causes = BTreeSet::new();
    for (proofs, task) in all_tasks() {
        let mut told: BTreeMap<(String, String), BTreeSet<&'static str>> = BTreeMap::new();
        for (_, evidence) in proofs.of(task) {
            let mut without_image = evidence.clone();
            without_image.build = dockerlab::check::evidence::Observed::unknown("no engine");
            without_image.image = dockerlab::check::evidence::Observed::unknown("no engine");
            without_image.run = dockerlab::check::evidence::Observed::unknown("no engine");
            for evidence in [evidence, &without_image] {
                for verdict in judge(&task.criteria, evidence).0 {
                    if let Outcome::Fail(failure) = &verdict.outcome {
                        causes.insert((verdict.criterion.clone(), failure.cause));
                        // The same words about another line are the same advice.
                        let next = lines.replace_all(&verdict.next, "line N").into_owned();
                        let key = (verdict.criterion.clone(), next);
                        told.entry(key).or_default().insert(failure.cause);
                    }
                }
            }
        }
        for ((criterion, next), by) in told {
            if by.len() > 1 {
                shared.push(format!("task {} {criterion}: {by:?} all say `{next}`", task.id));
            }
        }
    }
    assert!(shared.is_empty(), "{shared:#?}");
    assert!(causes.len() >= 60 || nothing_is_kept(), "{causes:?}");
}

#[test]
fn failures_read_as_they_were_reviewed() {
    let bless = std::env::var_os("DOCKERLAB_BLESS").is_some();
    let mut wrong = Vec::new();
    for (proofs, task) in all_tasks() {
        let mut messages = BTreeMap::new();
        for (answer, evidence) in proofs.of(task) {
            if let Awaited::Fail(_) = &answer.awaited {
                messages.insert(
                    answer.name.trim_start_matches("wrong/").to_owned(),
                    message(task, evidence),
                );
            }
        }
        let text: String = messages
            .iter()
            .map(|(name, text)| format!("## {name}\n\n{text}\n\n"))
            .collect();
        let path: PathBuf = repository()
            .join(proofs.built_in.proved_in)
            .join("messages")
            .join(format!("{}.txt", task.id));
        if bless {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            let before = fs::read_to_string(&path).unwrap_or_default();
            let diff: Vec<String> = similar::TextDiff::from_lines(&before, &text)
                .unified_diff()
                .to_string()
                .lines()
                .take(40)
                .map(str::to_owned)
                .collect();
            wrong.push(format!("{}\n{}", path.display(), diff.join("\n")));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nDOCKERLAB_BLESS=1 writes what is said today.",
        wrong.join("\n")
    );
}

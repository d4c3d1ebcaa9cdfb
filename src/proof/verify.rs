//! Whether a task judges its answers as it must.

use serde::Serialize;

use crate::{
    check::{Criterion, Outcome, Verdicts},
    course::Task,
    proof::{Answer, Awaited},
};

/// An answer with what became of it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The answer.
    pub answer: Answer,
    /// Its verdicts.
    pub verdicts: Verdicts,
    /// Why it could not be judged at all (its Dockerfile cannot be read); then there are no verdicts.
    pub refused: Option<String>,
}

/// Something that a course does not keep.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// The task's id.
    pub task: String,
    /// The answer's name, or "criterion <id>".
    pub of: String,
    /// What is wrong, a clause.
    pub what: String,
}

/// What a task's proof came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Proved {
    /// The task's id.
    pub task: String,
    /// Right answers, the solution among them, and how many of them pass.
    pub right: (usize, usize),
    /// Wrong answers, and how many of them fail where they must.
    pub wrong: (usize, usize),
    /// Criteria, and how many of them have a wrong answer that only they catch.
    pub criteria: (usize, usize),
    /// Everything that is not as it must be.
    pub faults: Vec<Fault>,
}

/// Verifies a task by its judged answers.
pub fn verify(task: &Task, judged: &[Judged]) -> Proved {
    let mut proved = Proved {
        task: task.id.clone(),
        ..Proved::default()
    };
    let fault = |of: &str, what: String| Fault {
        task: task.id.clone(),
        of: of.to_owned(),
        what,
    };
    for one in judged {
        let found = fault_of(task, one);
        let count = match one.answer.awaited {
            Awaited::Pass => &mut proved.right,
            Awaited::Fail(_) => &mut proved.wrong,
            Awaited::NotYet => &mut (0, 0),
        };
        count.0 += 1;
        match found {
            None => count.1 += 1,
            Some(what) => proved.faults.push(fault(&one.answer.name, what)),
        }
    }
    for criterion in &task.criteria {
        proved.criteria.0 += 1;
        let is_alone = judged.iter().any(|one| {
            matches!(&one.answer.awaited, Awaited::Fail(broken) if broken == std::slice::from_ref(&criterion.id))
                && fault_of(task, one).is_none()
        });
        proved.criteria.1 += usize::from(is_alone);
        for what in faults_of(criterion, is_alone) {
            proved.faults.push(fault(&format!("criterion {}", criterion.id), what));
        }
    }
    proved
}

fn fault_of(task: &Task, one: &Judged) -> Option<String> {
    if let Some(refused) = &one.refused {
        return (one.answer.awaited != Awaited::NotYet).then(|| say!("it cannot be checked: {refused}"; refused));
    }
    let verdicts = &one.verdicts;
    let with = |word: &str, remarks: bool| -> Vec<String> {
        let all = verdicts.0.iter().filter(|verdict| remarks || verdict.is_required());
        all.filter(|verdict| verdict.outcome.word() == word)
            .map(|verdict| verdict.criterion.clone())
            .collect()
    };
    let failed = with("fail", false);
    let unknown = with("cannot-check", false);
    if let (Some(first), true) = (unknown.first(), one.answer.awaited != Awaited::NotYet) {
        let because = verdicts
            .0
            .iter()
            .find(|verdict| &verdict.criterion == first)
            .map(|verdict| &verdict.outcome);
        let because = match because {
            Some(Outcome::CannotCheck { because }) => because.as_str(),
            _ => "",
        };
        return Some(say!("`{first}` cannot be checked: {because}"; first, because));
    }
    match &one.answer.awaited {
        Awaited::NotYet => verdicts
            .passed()
            .then(|| say!("the starting point already passes").to_owned()),
        Awaited::Pass => (!verdicts.passed()).then(|| match failed.as_slice() {
            [] => say!("it does not pass, although nothing fails").to_owned(),
            failed => say!(
                "it is right and fails at {}: {}",
                quoted(failed),
                found(verdicts, &failed[0])
            ),
        }),
        Awaited::Fail(broken) => {
            if let Some(unknown) = broken.iter().find(|id| task.criterion(id).is_none()) {
                return Some(say!("the task has no criterion `{unknown}`"; unknown));
            }
            let is_remark = |id: &String| {
                task.criterion(id)
                    .is_some_and(|criterion| criterion.remark || criterion.optional)
            };
            let mut awaited: Vec<String> = broken.iter().filter(|id| !is_remark(id)).cloned().collect();
            let mut failed = failed;
            awaited.sort();
            failed.sort();
            let remarked = with("fail", true);
            if let Some(silent) = broken.iter().find(|id| is_remark(id) && !remarked.contains(id)) {
                return Some(say!("`{silent}` makes no remark"; silent));
            }
            (failed != awaited).then(|| match failed.as_slice() {
                [] => say!("it must fail at {}, and passes", quoted(&awaited)),
                failed => {
                    let surplus = failed.iter().find(|id| !awaited.contains(id)).unwrap_or(&failed[0]);
                    say!(
                        "it must fail at {}, and fails at {}: {}",
                        if awaited.is_empty() {
                            say!("nothing").to_owned()
                        } else {
                            quoted(&awaited)
                        },
                        quoted(failed),
                        found(verdicts, surplus)
                    )
                }
            })
        }
    }
}

/// What can be said of an answer without an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Static {
    /// It is judged as it must be.
    Holds,
    /// It is not, and why.
    Broken(String),
    /// Only the image can tell.
    NeedsImage,
}

impl From<Option<String>> for Static {
    fn from(fault: Option<String>) -> Self {
        fault.map_or(Self::Holds, Self::Broken)
    }
}

/// Whether an answer is judged as it must be by what needs no image.
pub fn statically(task: &Task, one: &Judged) -> Static {
    let is_static = |id: &String| {
        task.criterion(id)
            .is_some_and(|criterion| criterion.check.needs_no_image())
    };
    let mut known = one.clone();
    known.verdicts.0.retain(|verdict| is_static(&verdict.criterion));
    match &one.answer.awaited {
        Awaited::Fail(broken) if broken.iter().all(is_static) => fault_of(task, &known).into(),
        Awaited::Pass | Awaited::Fail(_) if one.refused.is_none() => {
            // What cannot be broken by this answer must hold already.
            let broken = match &one.answer.awaited {
                Awaited::Fail(broken) => broken.clone(),
                _ => Vec::new(),
            };
            let wrong = known
                .verdicts
                .required()
                .find(|verdict| matches!(verdict.outcome, Outcome::Fail(_)) && !broken.contains(&verdict.criterion));
            match wrong {
                Some(verdict) => Static::Broken(say!(
                    "it fails at `{}`: {}",
                    verdict.criterion,
                    found(&one.verdicts, &verdict.criterion)
                )),
                None => Static::NeedsImage,
            }
        }
        _ => fault_of(task, one).into(),
    }
}

fn faults_of(criterion: &Criterion, is_alone: bool) -> Vec<String> {
    let mut faults = Vec::new();
    match (&criterion.no_lone_proof, is_alone) {
        (None, false) => faults.push(say!("no wrong answer breaks it alone, and no reason is given").to_owned()),
        (Some(_), true) => {
            faults
                .push(say!("a wrong answer breaks it alone, although `no-lone-proof` says that none does").to_owned());
        }
        _ => {}
    }
    if criterion.hints.is_empty() {
        faults.push(say!("it has no hints").to_owned());
    }
    if criterion.why.trim().is_empty() {
        faults.push(say!("it has no `why`").to_owned());
    }
    faults
}

fn found(verdicts: &Verdicts, id: &str) -> String {
    let verdict = verdicts.0.iter().find(|verdict| verdict.criterion == id);
    match verdict.map(|verdict| &verdict.outcome) {
        Some(Outcome::Fail(failure)) => failure.found.clone(),
        _ => String::new(),
    }
}

fn quoted(ids: &[String]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

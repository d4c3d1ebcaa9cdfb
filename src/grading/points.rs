//! From verdicts to points.

use crate::{
    check::Criterion,
    course::Task,
    grading::graded::{GradedTask, State},
};

/// What a task is worth, from 0 to 1; more with what is optional.
#[derive(Debug, Clone, PartialEq)]
pub enum Score {
    /// It is known.
    Known(f64),
    /// Somebody has to look, for this reason: a sentence's end.
    Unknown(String),
}

/// The points of a criterion.
pub(super) fn points(criterion: &Criterion) -> f64 {
    let is_required = !criterion.optional && !criterion.remark;
    if is_required { 1.0 } else { 0.0 }
}

/// The score of a task: the part of its criteria's points that are met; all or nothing without partial credit. What could
/// not be checked leaves it unknown, unless it makes no difference.
pub(super) fn score(task: &Task, graded: &GradedTask, partial: bool) -> Score {
    match graded.state {
        State::Missing | State::Unreadable => return Score::Known(0.0),
        State::CannotCheck => return Score::Unknown(graded.reason.clone().unwrap_or_default()),
        State::Judged => {}
    }
    let verdicts = &graded.verdicts;
    if !partial && verdicts.failed() {
        return Score::Known(0.0);
    }
    let is_hindered = verdicts.required_count("cannot-check") > 0;
    let (mut met, mut all, mut unknown) = (0.0, 0.0, None);
    for criterion in &task.criteria {
        let worth = points(criterion);
        if !criterion.optional {
            all += worth;
        }
        let verdict = verdicts.0.iter().find(|verdict| verdict.criterion == criterion.id);
        match verdict.map(|verdict| (verdict.outcome.word(), verdict.provisional, &verdict.outcome)) {
            Some(("pass", false, _)) => met += worth,
            Some(("fail" | "skipped", false, _)) => {}
            // There is no image, through the learner's fault: nothing that is judged in it is met.
            Some((_, true, _)) if !is_hindered => {}
            _ if worth == 0.0 => {}
            Some((_, _, crate::check::Outcome::CannotCheck { because })) => {
                unknown.get_or_insert(format!("{}: {because}", criterion.id));
            }
            _ => {
                unknown.get_or_insert(criterion.id.clone());
            }
        }
    }
    match unknown {
        Some(why) => Score::Unknown(why),
        None if all > 0.0 => Score::Known(met / all),
        None => Score::Known(if verdicts.passed() { 1.0 } else { 0.0 }),
    }
}

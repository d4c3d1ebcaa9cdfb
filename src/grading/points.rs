//! From verdicts to points.

use crate::{
    check::{Criterion, Outcome, Verdict},
    course::Task,
    grading::graded::{GradedTask, State},
};

/// What a task is worth, from 0 to 1; more with what is optional.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Score {
    /// It is known.
    Known(f64),
    /// Somebody has to look, for this reason: a sentence's end.
    Unknown(String),
}

/// What a criterion brings of its task, as a part of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) criterion: String,
    /// None where it could not be checked.
    pub(super) met: Option<f64>,
    /// The most that it can bring; 0 for what is optional.
    pub(super) of: f64,
}

/// The points of a criterion.
pub(super) fn points(criterion: &Criterion) -> f64 {
    let usual = if is_required(criterion) { 1.0 } else { 0.0 };
    criterion.points.unwrap_or(usual)
}

/// Whether a criterion holds somebody back.
pub(super) fn is_required(criterion: &Criterion) -> bool {
    !criterion.optional && !criterion.remark
}

/// What each criterion brings. What could not be checked is unknown, and so is what was judged without an image through
/// the engine's fault.
pub(super) fn parts(task: &Task, graded: Option<&GradedTask>) -> Vec<Part> {
    let required = task.criteria.iter().filter(|criterion| is_required(criterion));
    let all: f64 = required.map(points).sum();
    let verdicts = graded
        .filter(|graded| graded.state == State::Judged)
        .map(|graded| &graded.verdicts);
    let is_hindered = verdicts.is_some_and(|verdicts| verdicts.required_count("cannot-check") > 0);
    let is_known_to_be_nothing =
        graded.is_some_and(|graded| matches!(graded.state, State::Missing | State::Unreadable));
    let met = |verdict: &Verdict| match &verdict.outcome {
        Outcome::CannotCheck { .. } => None,
        _ if verdict.provisional && is_hindered => None,
        // There is no image, through the learner's fault: nothing that is judged in it is met.
        _ if verdict.provisional => Some(false),
        outcome => Some(*outcome == Outcome::Pass),
    };
    let part = |criterion: &Criterion| {
        let share = if all > 0.0 { points(criterion) / all } else { 0.0 };
        let verdict = verdicts.and_then(|verdicts| verdicts.0.iter().find(|one| one.criterion == criterion.id));
        let met = verdict.map_or(is_known_to_be_nothing.then_some(false), met);
        Part {
            criterion: criterion.id.clone(),
            met: met.map(|met| if met { share } else { 0.0 }),
            of: if is_required(criterion) { share } else { 0.0 },
        }
    };
    task.criteria.iter().map(part).collect()
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
    let parts = parts(task, Some(graded));
    // What is worth nothing leaves nothing open.
    let unknown = parts.iter().find(|part| part.met.is_none() && part.of > 0.0);
    if let Some(unknown) = unknown {
        let verdict = verdicts.0.iter().find(|verdict| verdict.criterion == unknown.criterion);
        return Score::Unknown(match verdict.map(|verdict| &verdict.outcome) {
            Some(Outcome::CannotCheck { because }) => format!("{}: {because}", unknown.criterion),
            _ => unknown.criterion.clone(),
        });
    }
    if parts.iter().all(|part| part.of <= 0.0) {
        return Score::Known(if verdicts.passed() { 1.0 } else { 0.0 });
    }
    Score::Known(parts.iter().filter_map(|part| part.met).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{Failure, Verdicts},
        course::Course,
        language::Language,
    };

    static COURSE: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/src/judging/scripted/course");

    fn pass() -> Outcome {
        Outcome::Pass
    }

    fn fail() -> Outcome {
        Outcome::Fail(Failure::new("a", "b"))
    }

    fn unknown() -> Outcome {
        Outcome::cannot_check("the engine is gone")
    }

    /// The first task of the scripted course, whose criteria have these points, and a result with these outcomes.
    fn graded(points: [Option<f64>; 5], outcomes: [Outcome; 5]) -> (Task, GradedTask) {
        let mut task = Course::in_folder(&COURSE, Language::ENGLISH).unwrap().tasks.remove(0);
        let verdicts = task.criteria.iter_mut().zip(points).zip(outcomes);
        let verdicts = verdicts.map(|((criterion, points), outcome)| {
            criterion.points = points;
            Verdict {
                criterion: criterion.id.clone(),
                says: String::new(),
                why: String::new(),
                next: String::new(),
                hidden: false,
                remark: false,
                optional: criterion.optional,
                provisional: false,
                outcome,
            }
        });
        let graded = GradedTask {
            key: String::new(),
            state: State::Judged,
            reason: None,
            again: false,
            verdicts: Verdicts(verdicts.collect()),
            dockerfile: None,
            image_size: None,
            engine: None,
            at: String::new(),
            seconds: 0.0,
        };
        (task, graded)
    }

    #[test]
    fn the_points_of_what_is_met_count_and_all_or_nothing_without_partial_credit() {
        let (task, one) = graded([None; 5], [pass(), fail(), pass(), pass(), pass()]);
        assert_eq!(
            (score(&task, &one, true), score(&task, &one, false)),
            (Score::Known(0.8), Score::Known(0.0))
        );
        let (task, one) = graded(
            [Some(0.0), Some(3.0), None, None, None],
            [pass(), pass(), fail(), fail(), fail()],
        );
        assert_eq!(score(&task, &one, true), Score::Known(0.5));
        let (task, one) = graded([None; 5], [pass(), pass(), pass(), pass(), pass()]);
        assert_eq!(score(&task, &one, false), Score::Known(1.0));
    }

    #[test]
    fn what_is_optional_is_on_top() {
        let (mut task, one) = graded(
            [None, None, None, None, Some(2.0)],
            [pass(), pass(), pass(), fail(), pass()],
        );
        task.criteria[4].optional = true;
        assert_eq!(score(&task, &one, true), Score::Known(0.75 + 0.5));
        let (_, one) = graded([None; 5], [pass(), pass(), pass(), pass(), unknown()]);
        task.criteria[3].optional = true;
        assert_eq!(
            score(&task, &one, true),
            Score::Known(1.0),
            "an optional one leaves nothing open"
        );
    }

    #[test]
    fn what_could_not_be_checked_is_unknown_and_never_nothing() {
        let (task, one) = graded([None; 5], [pass(), pass(), pass(), unknown(), pass()]);
        let Score::Unknown(why) = score(&task, &one, true) else {
            panic!();
        };
        assert!(why.contains("answers: the engine is gone"), "{why}");
        // Failed is failed, whatever else could not be checked.
        let (task, one) = graded([None; 5], [pass(), fail(), pass(), unknown(), pass()]);
        assert!(matches!(score(&task, &one, true), Score::Unknown(_)));
        assert_eq!(score(&task, &one, false), Score::Known(0.0));
        // What was read from the Dockerfile alone: nothing where the build failed, open where the engine did.
        let (task, mut one) = graded([None; 5], [fail(), pass(), fail(), fail(), fail()]);
        one.verdicts.0[1].provisional = true;
        assert_eq!(score(&task, &one, true), Score::Known(0.0));
        one.verdicts.0[0].outcome = unknown();
        assert!(matches!(score(&task, &one, true), Score::Unknown(_)));
        one.state = State::CannotCheck;
        assert!(matches!(score(&task, &one, false), Score::Unknown(_)));
        one.state = State::Missing;
        assert_eq!(score(&task, &one, true), Score::Known(0.0));
    }
}

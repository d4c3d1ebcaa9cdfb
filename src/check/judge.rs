//! Judging: criteria and evidence in, verdicts out.

use std::collections::BTreeMap;

use crate::check::{
    case::Case,
    criterion::Criterion,
    evidence::Evidence,
    verdict::{Failure, Outcome, Verdict, Verdicts},
};

/// Judges an answer by its criteria, in their order.
///
/// A criterion whose `needs` failed is skipped. One whose `needs` could not be checked is judged all the same, as far
/// as the Dockerfile alone can tell, and its verdict is provisional. One that `follows-from` a failed criterion is
/// judged, and skipped only when it fails too. A criterion that is skipped for want of evidence explains no failure.
pub fn judge(criteria: &[Criterion], evidence: &Evidence) -> Verdicts {
    Case::of(evidence, |case| judged(criteria, case))
}

/// The word of a criterion that is skipped because another one failed.
const EXPLAINED: &str = "explained";

fn judged(criteria: &[Criterion], case: &Case<'_>) -> Verdicts {
    let mut words: BTreeMap<&str, &'static str> = BTreeMap::new();
    let mut verdicts = Vec::with_capacity(criteria.len());
    for criterion in criteria {
        let first = |ids: &[String], wanted: &[&str]| -> Option<&str> {
            let id = ids
                .iter()
                .find(|id| words.get(id.as_str()).is_some_and(|word| wanted.contains(word)))?;
            let other = criteria.iter().find(|other| &other.id == id)?;
            Some(other.name())
        };
        let waits_for = first(&criterion.needs, &["fail", "skipped", EXPLAINED]);
        let mut is_explained = first(&criterion.needs, &["fail", EXPLAINED]).is_some();
        let mut outcome = match waits_for {
            Some(says) => Outcome::skipped(say!("this must be met first: {says}"; says)),
            None => criterion.check.judge(case),
        };
        if matches!(outcome, Outcome::Fail(_))
            && let Some(says) = first(&criterion.follows_from, &["fail", EXPLAINED])
        {
            is_explained = true;
            outcome = Outcome::skipped(say!("fix this first, because it explains the rest: {says}"; says));
        }
        let word = if is_explained { EXPLAINED } else { outcome.word() };
        words.insert(&criterion.id, word);
        let provisional = matches!(outcome, Outcome::Pass | Outcome::Fail(_))
            && !criterion.check.needs_no_image()
            && case.evidence.image.known().is_none()
            // Whether it builds, the build itself tells.
            && !(criterion.check.name() == "builds" && case.evidence.build.known().is_some());
        verdicts.push(Verdict {
            criterion: criterion.id.clone(),
            says: criterion.says.clone(),
            why: told(&outcome, |failure| &failure.why)
                .unwrap_or(&criterion.why)
                .to_owned(),
            next: told(&outcome, |failure| &failure.next)
                .unwrap_or(&criterion.next)
                .to_owned(),
            hidden: criterion.hidden,
            remark: criterion.remark,
            optional: criterion.optional,
            provisional,
            outcome,
        });
    }
    Verdicts(verdicts)
}

/// What a failure says of its own cause.
fn told(outcome: &Outcome, part: impl Fn(&Failure) -> &Option<String>) -> Option<&str> {
    match outcome {
        Outcome::Fail(failure) => part(failure).as_deref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{
        evidence::Observed,
        sample::{Sample, criterion},
    };

    /// Criteria of these ids and checks, each with those that it needs.
    fn criteria(all: &[(&str, &str, &[&str])]) -> Vec<Criterion> {
        all.iter()
            .map(|(id, check, needs)| Criterion {
                id: (*id).to_owned(),
                says: format!("{id} is met"),
                needs: needs.iter().map(|id| (*id).to_owned()).collect(),
                ..criterion(check)
            })
            .collect()
    }

    /// Each criterion's outcome in a word.
    fn outcomes(criteria: &[Criterion]) -> Vec<&'static str> {
        let sample = Sample::of("FROM x\nEXPOSE 80\nWORKDIR /a\n");
        let judged = judge(criteria, sample.evidence());
        judged.0.iter().map(|verdict| verdict.outcome.word()).collect()
    }

    const MET: &str = "exposes = 80";
    const UNMET: &str = "exposes = 8000";

    #[test]
    fn a_criterion_waits_for_what_it_needs_and_so_does_what_needs_it() {
        let all = [
            ("a", UNMET, &[][..]),
            ("b", MET, &["a"]),
            ("c", MET, &["b"]),
            ("d", MET, &[]),
        ];
        assert_eq!(outcomes(&criteria(&all)), ["fail", "skipped", "skipped", "pass"]);
        let all = [("a", MET, &[][..]), ("b", UNMET, &["a"])];
        assert_eq!(outcomes(&criteria(&all)), ["pass", "fail"]);
    }

    #[test]
    fn what_could_not_be_checked_holds_nothing_up() {
        let all = [("a", r#"present = ["x"]"#, &[][..]), ("b", MET, &["a"])];
        assert_eq!(outcomes(&criteria(&all)), ["cannot-check", "pass"]);
    }

    #[test]
    fn a_failure_that_follows_from_another_is_not_told_twice() {
        let mut all = criteria(&[("a", UNMET, &[]), ("b", UNMET, &[]), ("c", MET, &[])]);
        for criterion in &mut all[1..] {
            criterion.follows_from = vec!["a".to_owned()];
        }
        assert_eq!(outcomes(&all), ["fail", "skipped", "pass"]);
        let judged = judge(&all, Sample::of("FROM x\n").evidence());
        let Outcome::Skipped { because: reason } = &judged.0[1].outcome else {
            panic!("{:?}", judged.0[1]);
        };
        assert!(reason.contains("a is met"), "{reason}");
        // What is skipped for want of evidence explains nothing.
        let mut unread = criteria(&[("a", r#"present = ["x"]"#, &[]), ("b", MET, &["a"]), ("c", UNMET, &[])]);
        unread[2].follows_from = vec!["a".to_owned(), "b".to_owned()];
        let mut evidence = Sample::of("FROM x\n").evidence().clone();
        evidence.image = Observed::missing("it ended too early");
        let words: Vec<_> = judge(&unread, &evidence)
            .0
            .iter()
            .map(|verdict| verdict.outcome.word())
            .collect();
        assert_eq!(words, ["skipped", "skipped", "fail"]);
        all[0].hidden = true;
        let judged = judge(&all, Sample::of("FROM x\n").evidence());
        assert!(!format!("{:?}", judged.0[1].outcome).contains("a is met"));
    }
}

//! Judging: criteria and evidence in, verdicts out.

use std::collections::BTreeMap;

use crate::{
    check::{
        case::Case,
        criterion::Criterion,
        evidence::Evidence,
        verdict::{Failure, Outcome, Verdict, Verdicts},
    },
    dockerfile,
};

/// Judges an answer by its criteria, in their order.
///
/// A criterion whose `needs` failed is skipped. One whose `needs` could not be checked is judged all the same, as far
/// as the Dockerfile alone can tell, and its verdict is provisional. One that `follows-from` a failed criterion is
/// judged, and skipped only when it fails too.
pub fn judge(criteria: &[Criterion], evidence: &Evidence) -> Verdicts {
    let parsed = evidence
        .dockerfile
        .as_ref()
        .map(|source| dockerfile::parse(&source.text));
    let planned = parsed.as_ref().and_then(|parsed| dockerfile::final_image(parsed, None));
    let case = Case {
        evidence,
        dockerfile: parsed.as_ref(),
        planned: planned.as_ref(),
    };
    let mut words: BTreeMap<&str, &'static str> = BTreeMap::new();
    let mut verdicts = Vec::with_capacity(criteria.len());
    for criterion in criteria {
        let not_met = |ids: &[String]| -> Option<&str> {
            let id = ids
                .iter()
                .find(|id| matches!(words.get(id.as_str()), Some(&"fail" | &"skipped")))?;
            let other = criteria.iter().find(|other| &other.id == id)?;
            Some(if other.hidden {
                say!("a hidden criterion")
            } else {
                other.says.as_str()
            })
        };
        let mut outcome = match not_met(&criterion.needs) {
            Some(says) => Outcome::skipped(say!("this must be met first: {says}"; says)),
            None => criterion.check.judge(&case),
        };
        if matches!(outcome, Outcome::Fail(_))
            && let Some(says) = not_met(&criterion.follows_from)
        {
            outcome = Outcome::skipped(say!("fix this first, because it explains the rest: {says}"; says));
        }
        words.insert(&criterion.id, outcome.word());
        let provisional = matches!(outcome, Outcome::Pass | Outcome::Fail(_))
            && !criterion.check.needs_no_image()
            && evidence.image.known().is_none()
            // Whether it builds, the build itself tells.
            && !(criterion.check.name() == "builds" && evidence.build.known().is_some());
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

//! Judging: criteria and evidence in, verdicts out.

use std::collections::BTreeMap;

use crate::{
    check::{
        case::Case,
        criterion::Criterion,
        evidence::Evidence,
        verdict::{Outcome, Verdict, Verdicts},
    },
    dockerfile,
};

/// Judges an answer by its criteria, in their order.
///
/// A criterion whose `needs` failed is skipped. One whose `needs` could not be checked is judged all the same, as far
/// as the Dockerfile alone can tell, and its verdict is provisional.
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
        let unmet = criterion
            .needs
            .iter()
            .find(|need| matches!(words.get(need.as_str()), Some(&"fail" | &"skipped")));
        let outcome = match unmet {
            Some(need) => {
                let says = criteria
                    .iter()
                    .find(|other| &other.id == need)
                    .map_or(need.as_str(), |other| {
                        if other.hidden {
                            say!("a hidden criterion")
                        } else {
                            other.says.as_str()
                        }
                    });
                Outcome::skipped(say!("it needs this first: {says}"; says))
            }
            None => criterion.check.judge(&case),
        };
        words.insert(&criterion.id, outcome.word());
        let provisional = matches!(outcome, Outcome::Pass | Outcome::Fail(_))
            && !criterion.check.needs_no_image()
            && evidence.image.known().is_none()
            // Whether it builds, the build itself tells.
            && !(criterion.check.name() == "builds" && evidence.build.known().is_some());
        verdicts.push(Verdict {
            criterion: criterion.id.clone(),
            says: criterion.says.clone(),
            why: criterion.why.clone(),
            next: criterion.next.clone(),
            hidden: criterion.hidden,
            remark: criterion.remark,
            optional: criterion.optional,
            provisional,
            outcome,
        });
    }
    Verdicts(verdicts)
}

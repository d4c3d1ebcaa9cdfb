//! A verdict as plain lines, for what other programs show.

use crate::check::{Outcome, Verdict};

/// What a verdict says, a line a part: nothing where the criterion is met.
pub(super) fn verdict_text(verdict: &Verdict, with_place: bool) -> String {
    match &verdict.outcome {
        Outcome::Pass => String::new(),
        Outcome::Skipped { because } | Outcome::CannotCheck { because } => because.clone(),
        Outcome::Fail(failure) => {
            let place = failure.place.as_ref().filter(|_| with_place);
            let place = place.map(|place| format!("{}:{}", place.file, place.line));
            [
                (say!("expected"), Some(failure.expected.clone())),
                (say!("found"), Some(failure.found.clone())),
                (say!("at"), place),
                (say!("why"), Some(verdict.why.clone())),
                (say!("next"), Some(verdict.next.clone())),
            ]
            .into_iter()
            .filter_map(|(label, text)| Some(format!("{label}: {}", text?)))
            .collect::<Vec<_>>()
            .join("\n")
        }
    }
}

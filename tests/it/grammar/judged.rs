//! Verdicts compared with labels.

use std::collections::BTreeSet;

use crate::grammar::Answer;

/// What was wrongly judged: an answer's report under each kind of fault.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Something that is right is told to fail.
    pub(crate) false_refusals: Vec<String>,
    /// What is broken passes.
    pub(crate) false_passes: Vec<String>,
    /// What is broken is found, and something else is told to fail beside it.
    pub(crate) wrong_criterion: Vec<String>,
}

impl Faults {
    /// Compares an answer's failures with its label. `must` is whether what is broken has to fail.
    pub(crate) fn compare(&mut self, answer: &Answer, failed: &BTreeSet<String>, must: bool, told: &str) {
        let list = |ids: &BTreeSet<&str>| ids.iter().copied().collect::<Vec<_>>().join(", ");
        let (fails, may) = answer
            .broken
            .map_or((&[][..], &[][..]), |broken| (broken.fails, broken.may));
        let strange: BTreeSet<&str> = failed
            .iter()
            .map(String::as_str)
            .filter(|id| !fails.contains(id) && !may.contains(id))
            .collect();
        let found = fails.iter().any(|id| failed.contains(*id));
        let report = |what: String| format!("{what}: {}{told}\n", answer.told());
        if must && !found {
            self.false_passes
                .push(report(format!("`{}` does not fail", fails.join("` or `"))));
        }
        if !strange.is_empty() {
            let report = report(format!("`{}` fails", list(&strange)));
            if answer.broken.is_none() {
                self.false_refusals.push(report);
            } else {
                self.wrong_criterion.push(report);
            }
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.false_refusals.len() + self.false_passes.len() + self.wrong_criterion.len()
    }

    /// One line of figures.
    pub(crate) fn figures(&self) -> String {
        format!(
            "{} false refusals, {} false passes, {} at a wrong criterion",
            self.false_refusals.len(),
            self.false_passes.len(),
            self.wrong_criterion.len()
        )
    }

    /// Fails where there is any, with the first of each kind.
    #[track_caller]
    pub(crate) fn are_none(&self) {
        let some = |faults: &[String]| faults.iter().take(12).cloned().collect::<String>();
        let all = [&self.false_refusals, &self.false_passes, &self.wrong_criterion];
        assert!(
            all.iter().all(|faults| faults.is_empty()),
            "{}\n=== false refusals\n{}\n=== false passes\n{}\n=== wrong criterion\n{}",
            self.figures(),
            some(&self.false_refusals),
            some(&self.false_passes),
            some(&self.wrong_criterion)
        );
    }
}

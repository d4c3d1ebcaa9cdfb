//! What is said about one criterion.

use serde::{Deserialize, Serialize};

/// A line of one of the learner's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file's name, relative to the workspace.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// The line itself, without its end, at most 200 characters.
    pub text: String,
}

/// Why a criterion is not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What should be there: a sentence's end without a full stop.
    pub expected: String,
    /// What is there instead, with its figure.
    pub found: String,
    /// Where, when there is such a line.
    pub place: Option<Place>,
    /// Lines that show it (what the program printed), at most 15.
    pub details: Vec<String>,
    /// The file below the workspace with all that was printed.
    #[serde(default, rename = "whole-log", skip_serializing_if = "Option::is_none")]
    pub whole_log: Option<String>,
    /// Which of the criterion's causes was found, one word: "only-itself". Empty where there is but one.
    #[serde(skip)]
    pub cause: &'static str,
    /// Why this cause matters; none leaves the criterion's own words.
    #[serde(skip)]
    pub why: Option<String>,
    /// What to do about this cause; none leaves the criterion's own words.
    #[serde(skip)]
    pub next: Option<String>,
}

impl Failure {
    /// A failure without a place.
    pub fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            found: found.into(),
            place: None,
            details: Vec::new(),
            whole_log: None,
            cause: "",
            why: None,
            next: None,
        }
    }

    /// Names the cause that was found, and says what to do about it.
    #[must_use]
    pub fn cause(mut self, cause: &'static str, next: impl Into<String>) -> Self {
        self.cause = cause;
        self.next = Some(next.into());
        self
    }

    /// Names the cause that the criterion's own words are about.
    #[must_use]
    pub fn plain(mut self, cause: &'static str) -> Self {
        self.cause = cause;
        self
    }

    /// Says why this cause matters, where the criterion's own words are about another.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// Shows the last 15 of these lines with it.
    #[must_use]
    pub fn showing(mut self, lines: &[String]) -> Self {
        self.details = lines[lines.len().saturating_sub(15)..].to_vec();
        self
    }
}

/// The four ways in which a criterion can come out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Outcome {
    /// It is met.
    Pass,
    /// It is not met.
    Fail(Failure),
    /// What it needs did not pass.
    Skipped {
        /// What that is: a sentence's end.
        because: String,
    },
    /// The engine, the network or ourselves: never counted against the learner.
    CannotCheck {
        /// Why: a sentence's end.
        because: String,
    },
}

impl Outcome {
    /// Not judged, since what it needs did not pass.
    pub fn skipped(because: impl Into<String>) -> Self {
        Self::Skipped {
            because: because.into(),
        }
    }

    /// Not judged, through no fault of the learner's.
    pub fn cannot_check(because: impl Into<String>) -> Self {
        Self::CannotCheck {
            because: because.into(),
        }
    }

    /// Passes where `met`, fails with `failure` otherwise.
    pub fn pass_if(met: bool, failure: impl FnOnce() -> Failure) -> Self {
        if met { Self::Pass } else { Self::Fail(failure()) }
    }

    /// The one word for it, as in JSON and on the screen.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail(_) => "fail",
            Self::Skipped { .. } => "skipped",
            Self::CannotCheck { .. } => "cannot-check",
        }
    }
}

/// What is said about one criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The criterion's id.
    pub criterion: String,
    /// What it asks, as an author wrote it.
    pub says: String,
    /// Why it matters.
    pub why: String,
    /// What to do next when it fails.
    pub next: String,
    /// Whether its name is kept from the learner until it passes.
    pub hidden: bool,
    /// Whether it is only remarked on, and holds nobody back.
    pub remark: bool,
    /// Whether it is counted apart and holds nobody back.
    #[serde(default)]
    pub optional: bool,
    /// Whether it was judged from the Dockerfile alone, though the image has the last word.
    pub provisional: bool,
    /// How it came out.
    pub outcome: Outcome,
}

impl Verdict {
    /// Whether it holds somebody back.
    pub fn is_required(&self) -> bool {
        !self.remark && !self.optional
    }

    /// What a learner who has not met it is told it is called.
    pub fn name(&self) -> &str {
        name_of(self.hidden, &self.says)
    }
}

/// What a learner who has not met a criterion is told it is called.
pub(super) fn name_of(hidden: bool, says: &str) -> &str {
    if hidden { say!("a hidden criterion") } else { says }
}

/// The verdicts on one answer, in the course's order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdicts(pub Vec<Verdict>);

impl Verdicts {
    /// Those that hold somebody back: all but remarks and what is optional.
    pub fn required(&self) -> impl Iterator<Item = &Verdict> {
        self.0.iter().filter(|verdict| verdict.is_required())
    }

    /// Those that are counted apart.
    pub fn optional(&self) -> impl Iterator<Item = &Verdict> {
        self.0.iter().filter(|verdict| verdict.optional)
    }

    /// Whether the answer passes: every required criterion is met, on full evidence.
    pub fn passed(&self) -> bool {
        self.required()
            .all(|verdict| verdict.outcome == Outcome::Pass && !verdict.provisional)
    }

    /// Whether the learner has something to fix: a required criterion failed.
    pub fn failed(&self) -> bool {
        self.first_failure().is_some()
    }

    /// Whether the answer was judged to its end: it passed or something in it failed. Otherwise the engine or the
    /// network stood in the way, and the check is no attempt.
    pub fn is_attempt(&self) -> bool {
        self.passed() || self.failed()
    }

    /// The first required criterion that failed.
    pub fn first_failure(&self) -> Option<&Verdict> {
        self.required()
            .find(|verdict| matches!(verdict.outcome, Outcome::Fail(_)))
    }

    /// How many of the required criteria are met, and how many there are.
    pub fn score(&self) -> (usize, usize) {
        (self.required_count("pass"), self.required().count())
    }

    /// How many of the required criteria came out with this word.
    pub fn required_count(&self, word: &str) -> usize {
        self.required().filter(|verdict| verdict.outcome.word() == word).count()
    }

    /// How many came out with this word.
    pub fn count(&self, word: &str) -> usize {
        self.0.iter().filter(|verdict| verdict.outcome.word() == word).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(outcome: Outcome) -> Verdict {
        Verdict {
            criterion: "c".to_owned(),
            says: String::new(),
            why: String::new(),
            next: String::new(),
            hidden: false,
            remark: false,
            optional: false,
            provisional: false,
            outcome,
        }
    }

    #[test]
    fn an_answer_passes_by_full_evidence_alone() {
        let pass = verdict(Outcome::Pass);
        let provisional = Verdict {
            provisional: true,
            ..pass.clone()
        };
        assert!(Verdicts(vec![pass.clone()]).passed());
        let verdicts = Verdicts(vec![pass.clone(), provisional]);
        assert!(!verdicts.passed() && !verdicts.failed() && !verdicts.is_attempt());
        let unknown = Verdicts(vec![pass, verdict(Outcome::cannot_check("x"))]);
        assert!(!unknown.passed() && !unknown.failed() && !unknown.is_attempt());
    }

    #[test]
    fn what_is_only_remarked_on_holds_nobody_back() {
        let failed = verdict(Outcome::Fail(Failure::new("a", "b")));
        let remark = Verdict {
            remark: true,
            ..failed.clone()
        };
        let optional = Verdict {
            optional: true,
            ..failed.clone()
        };
        let verdicts = Verdicts(vec![remark, optional, verdict(Outcome::Pass)]);
        assert!(verdicts.passed() && verdicts.is_attempt());
        assert_eq!(verdicts.optional().count(), 1);
        assert!(Verdicts(vec![failed]).is_attempt());
    }

    #[test]
    fn the_last_lines_are_shown() {
        let lines: Vec<String> = (0..20).map(|line| line.to_string()).collect();
        let failure = Failure::new("a", "b").showing(&lines);
        assert_eq!(failure.details, lines[5..]);
        assert_eq!(Failure::new("a", "b").showing(&lines[..2]).details, lines[..2]);
    }
}

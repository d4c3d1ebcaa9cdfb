//! What is wrong with a text, and where.

use serde::{Deserialize, Serialize};

/// What kind of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The file holds no instruction.
    Empty,
    /// No FROM, or an instruction other than ARG before the first one.
    NoFrom,
    /// The first word of a line is no instruction.
    UnknownInstruction,
    /// An instruction without the words that it needs.
    MissingArguments,
    /// An instruction with words that it cannot take.
    BadArguments,
    /// A flag that the instruction does not know, or a value that the flag does not take.
    BadFlag,
    /// A JSON array with something else than strings in it.
    BadJson,
    /// A parser directive given twice, or with a value that it does not take.
    BadDirective,
    /// A here-document whose last line is missing.
    UnterminatedHeredoc,
    /// An empty line inside an instruction; builds, with a warning.
    EmptyContinuation,
    /// A quote that is not closed in a RUN.
    UnbalancedQuote,
    /// A bracket or brace that is not closed in a RUN.
    UnbalancedBracket,
    /// Nested more deeply than is read here.
    TooDeep,
    /// A pattern of a `.dockerignore` that docker refuses.
    BadPattern,
}

/// A mistake at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// A lower-case fragment without a full stop.
    pub message: String,
    /// What kind of mistake it is.
    pub kind: ProblemKind,
    /// The word that was probably meant.
    pub suggestion: Option<String>,
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, (line, column): (u32, u32), message: impl Into<String>) -> Self {
        Self {
            line,
            column,
            message: message.into(),
            kind,
            suggestion: None,
        }
    }

    pub(super) fn suggesting(mut self, word: Option<&str>) -> Self {
        self.suggestion = word.map(str::to_owned);
        self
    }

    /// Whether `docker build` refuses the file for it.
    pub fn stops_build(&self) -> bool {
        !matches!(
            self.kind,
            ProblemKind::EmptyContinuation
                | ProblemKind::UnbalancedQuote
                | ProblemKind::UnbalancedBracket
                | ProblemKind::TooDeep
        )
    }
}

/// The candidate that a word was probably meant to be: at most two letters wrong, missing, surplus or swapped, and
/// less than half of them. Case does not count.
pub fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word: String = word.chars().take(40).flat_map(char::to_lowercase).collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = candidate.to_lowercase();
        let distance = strsim::osa_distance(&word, &other);
        let near = distance <= 2 && distance * 2 < other.chars().count().max(word.chars().count());
        if near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_and_no_far_one() {
        let names = ["FROM", "RUN", "COPY", "ENTRYPOINT", "ENV"];
        for (word, meant) in [
            ("RUNN", Some("RUN")),
            ("FORM", Some("FROM")),
            ("ENTRYPONT", Some("ENTRYPOINT")),
            ("cpoy", Some("COPY")),
            ("RNU", Some("RUN")),
            ("apt-get", None),
            ("x", None),
        ] {
            assert_eq!(nearest(word, &names), meant, "{word}");
        }
    }
}

//! Mistakes in a file of tests, and where they are.

/// A mistake in a file of tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong: a lower-case fragment.
    pub message: String,
}

impl Mistake {
    pub(super) fn at(line: u32, message: impl Into<String>) -> Self {
        Self {
            line,
            message: message.into(),
        }
    }
}

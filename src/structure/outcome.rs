//! What a test came to.

/// What is not as a test expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What was expected: a noun phrase.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl Problem {
    pub(super) fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            found: found.into(),
        }
    }
}

/// What a test came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The number of its test in the file.
    pub test: usize,
    /// Its name as container-structure-test writes it: `Command Test: NAME`, or the bare name where it could not be run.
    pub name: String,
    /// Its line in the file.
    pub line: u32,
    /// Why it fails; it passes where there is nothing.
    pub problems: Vec<Problem>,
    /// What a command wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
    /// Seconds that it took.
    pub seconds: f64,
}

impl Outcome {
    /// Whether it passes.
    pub fn passed(&self) -> bool {
        self.problems.is_empty()
    }
}

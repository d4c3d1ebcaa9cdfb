//! What structure tests came to, one file a format.

mod json;
mod junit;
mod text;

use clap::ValueEnum;

use crate::structure::{Mistake, Outcome};

pub use json::write as structure_json;
pub use junit::write as structure_junit;
pub use text::write as structure_text;

/// How the outcome of structure tests is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StructureFormat {
    /// For reading
    Text,
    /// For programs, as container-structure-test writes it
    Json,
    /// JUnit's XML
    Junit,
}

/// A file of tests, and what they came to.
#[derive(Debug, Clone, Default)]
pub struct TestedFile {
    /// The file's name as it was given.
    pub name: String,
    /// Why it cannot be read; counted as one test that fails.
    pub mistakes: Vec<Mistake>,
    /// What its author may not know.
    pub warnings: Vec<Mistake>,
    /// The tests.
    pub outcomes: Vec<Outcome>,
}

/// A run of structure tests.
#[derive(Debug, Clone, Default)]
pub struct StructureReport {
    /// The image as it was named.
    pub image: String,
    /// The files.
    pub files: Vec<TestedFile>,
    /// Seconds from the command to the last answer.
    pub seconds: f64,
    /// Whether it says nothing that container-structure-test does not say.
    pub is_strict: bool,
}

impl StructureReport {
    /// All tests in order, each with its file; a file that cannot be read is one without a name.
    fn rows(&self) -> Vec<Row<'_>> {
        let row = |file: &TestedFile, outcome: &Outcome| {
            let told = |problem: &crate::structure::Problem| {
                let (expected, found) = (&problem.expected, &problem.found);
                say!("expected: {expected}; found: {found}"; expected, found)
            };
            (file.name.clone(), outcome.problems.iter().map(told).collect::<Vec<_>>())
        };
        let mut rows = Vec::new();
        for file in &self.files {
            if !file.mistakes.is_empty() {
                let told = |mistake: &Mistake| format!("{}:{}: {}", file.name, mistake.line, mistake.message);
                rows.push(Row {
                    file: file.name.clone(),
                    outcome: None,
                    errors: file.mistakes.iter().map(told).collect(),
                });
            }
            for outcome in &file.outcomes {
                let (file, errors) = row(file, outcome);
                rows.push(Row {
                    file,
                    outcome: Some(outcome),
                    errors,
                });
            }
        }
        rows
    }

    /// How many tests passed, and how many there were.
    pub fn counts(&self) -> (usize, usize) {
        let rows = self.rows();
        (rows.iter().filter(|row| row.errors.is_empty()).count(), rows.len())
    }
}

/// A test as programs read it.
struct Row<'r> {
    file: String,
    /// None for a file that cannot be read.
    outcome: Option<&'r Outcome>,
    /// Why it fails.
    errors: Vec<String>,
}

impl Row<'_> {
    fn name(&self) -> &str {
        self.outcome.map_or("", |outcome| &outcome.name)
    }

    fn seconds(&self) -> f64 {
        self.outcome.map_or(0.0, |outcome| outcome.seconds)
    }
}

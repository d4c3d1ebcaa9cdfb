//! Mistakes in a course, and where they are.

/// A mistake in a course.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mistake {
    /// Path below the course's folder.
    pub file: String,
    /// Line, from 1, when there is one.
    pub line: Option<usize>,
    /// Column, from 1, when there is one.
    pub column: Option<usize>,
    /// What is wrong: a lower-case fragment.
    pub message: String,
}

impl Mistake {
    /// A mistake at an offset, in bytes, of a file's text.
    pub(super) fn at(file: &str, text: &str, offset: usize, message: String) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        Self {
            file: file.to_owned(),
            line: Some(line),
            column: Some(column),
            message,
        }
    }

    /// A mistake that no line of the file shows.
    pub(super) fn of_file(file: &str, message: &str) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            message: message.to_owned(),
        }
    }
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

//! The files that a course is read from.

use std::borrow::Cow;

/// A file of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseFile {
    /// Path below the course's folder, with `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Cow<'static, [u8]>,
}

impl CourseFile {
    /// A file with this content.
    pub fn new(path: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
        }
    }

    /// Its text; none where it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }
}

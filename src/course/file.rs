//! The files that a course is read from.

/// A file of a course.
#[derive(Debug, Clone)]
pub struct CourseFile {
    /// Path below the course's folder, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

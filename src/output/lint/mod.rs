//! What the rules found: hadolint's formats, and one for people.
//!
//! A format is a file with its `FORMAT`, and its name in `formats!`.

mod annotated;
mod explain;
mod format;
mod linted_file;
mod one_line;
mod severity;

pub use annotated::{Taught, annotated};
pub use explain::{explained, listed};
pub use format::Format;
pub use linted_file::LintedFile;

macro_rules! formats {
    ($($module:ident,)*) => {
        $(mod $module;)*

        /// The formats for programs; the first is the one where none is asked for.
        pub static FORMATS: &[Format] = &[$($module::FORMAT,)*];
    };
}

formats! {
    tty,
    json,
    checkstyle,
    codeclimate,
    gitlab_codeclimate,
    gnu,
    codacy,
    sonarqube,
    sarif,
    junit,
}

/// The format with this name; case does not count.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name.eq_ignore_ascii_case(name))
}

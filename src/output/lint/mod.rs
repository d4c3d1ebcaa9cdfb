//! What the rules found: hadolint's formats, and one for people.
//!
//! A format is a file with its `FORMAT`, and a line in [`FORMATS`].

mod annotated;
mod checkstyle;
mod codacy;
mod codeclimate;
mod explain;
mod format;
mod gitlab_codeclimate;
mod gnu;
mod json;
mod junit;
mod linted_file;
mod one_line;
mod sarif;
mod severity;
mod sonarqube;
mod tty;
mod xml;

pub use annotated::{Taught, annotated};
pub use explain::{explained, listed};
pub use format::Format;
pub use linted_file::LintedFile;

/// The formats for programs; the first is the one where none is asked for.
pub static FORMATS: [Format; 10] = [
    tty::FORMAT,
    json::FORMAT,
    checkstyle::FORMAT,
    codeclimate::FORMAT,
    gitlab_codeclimate::FORMAT,
    gnu::FORMAT,
    codacy::FORMAT,
    sonarqube::FORMAT,
    sarif::FORMAT,
    junit::FORMAT,
];

/// The format with this name; case does not count.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name.eq_ignore_ascii_case(name))
}

//! A format for programs.

use std::io::{Result, Write};

use super::linted_file::LintedFile;
use crate::output::style::Style;

/// A format for programs.
#[derive(Debug)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What a report in this format has in its first bytes: one of these.
    pub marks: &'static [&'static [u8]],
    /// Whether hadolint ends with 0 in this format whatever it found: the reader of the report decides.
    pub never_fails: bool,
    /// Whether zero bytes belong to it, which a terminal is never sent.
    pub has_zero_bytes: bool,
    pub(super) write: fn(&mut dyn Write, &[LintedFile], Style) -> Result<()>,
}

impl Format {
    /// Writes the findings.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write(&self, out: &mut dyn Write, files: &[LintedFile], style: Style) -> Result<()> {
        (self.write)(out, files, style)
    }
}

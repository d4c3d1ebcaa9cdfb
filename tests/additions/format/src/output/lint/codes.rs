//! The codes alone, one a line: what a test adds as CONTRIBUTING says.

use std::io::{Result, Write};

use super::{
    format::Format,
    linted_file::{LintedFile, findings},
};
use crate::output::style::Style;

/// Codes for counting.
pub(super) const FORMAT: Format = Format {
    name: "codes",
    marks: &[],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    findings(files).try_for_each(|(_, finding)| writeln!(out, "{}", finding.code))
}

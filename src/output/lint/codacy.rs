//! Codacy's results.

use std::io::{Result, Write};

use serde_json::json;

use super::{
    format::Format,
    linted_file::{LintedFile, findings},
    one_line::one_line,
};
use crate::output::style::Style;

/// An object a line; its reader decides what fails.
pub(super) const FORMAT: Format = Format {
    name: "codacy",
    marks: &[b"\"patternId\":"],
    never_fails: true,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    for (file, finding) in findings(files) {
        let result = json!({
            "filename": file.name,
            "line": finding.line,
            "message": finding.message,
            "patternId": finding.code,
        });
        one_line(out, &result)?;
    }
    Ok(())
}

//! hadolint's own array.

use std::io::{Result, Write};

use serde_json::{Value, json};

use super::{
    format::Format,
    linted_file::{LintedFile, findings},
    one_line::one_line,
};
use crate::output::style::Style;

/// An array of findings.
pub(super) const FORMAT: Format = Format {
    name: "json",
    marks: &[b"[]\n", b"[{\"code\":"],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    let found: Vec<Value> = findings(files)
        .map(|(file, finding)| {
            json!({
                "code": finding.code,
                "column": 1,
                "file": file.name,
                "level": finding.severity.name(),
                "line": finding.line,
                "message": finding.message,
            })
        })
        .collect();
    one_line(out, &Value::Array(found))
}

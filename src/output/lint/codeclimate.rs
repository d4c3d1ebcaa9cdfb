//! Code Climate's issues (its engine specification), each ended by a zero byte.

use std::io::{Result, Write};

use serde_json::{Value, json};

use super::{
    format::Format,
    linted_file::{LintedFile, findings},
};
use crate::{
    clean,
    lint::{Finding, Severity},
    output::style::Style,
};

/// An object for each finding; its reader decides what fails.
pub(super) const FORMAT: Format = Format {
    name: "codeclimate",
    marks: &[b"\"check_name\":"],
    never_fails: true,
    has_zero_bytes: true,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    for (file, finding) in findings(files) {
        write!(out, "{}", clean::json(&serde_json::to_string(&issue(file, finding))?))?;
        out.write_all(&[0])?;
    }
    Ok(())
}

/// Code Climate's severity.
fn climate(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "blocker",
        Severity::Warning => "major",
        Severity::Info => "info",
        Severity::Style | Severity::Off => "minor",
    }
}

/// One issue.
pub(super) fn issue(file: &LintedFile, finding: &Finding) -> Value {
    json!({
        "type": "issue",
        "check_name": finding.code,
        "description": finding.message,
        "categories": ["Bug Risk"],
        "location": {"path": file.name, "lines": {"begin": finding.line, "end": finding.line}},
        "severity": climate(finding.severity),
    })
}

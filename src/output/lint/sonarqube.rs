//! SonarQube's generic issues.

use std::io::{Result, Write};

use serde_json::{Value, json};

use super::{
    format::Format,
    linted_file::{LintedFile, findings},
    one_line::one_line,
};
use crate::{lint::Severity, output::style::Style};

/// An object with an array of issues.
pub(super) const FORMAT: Format = Format {
    name: "sonarqube",
    marks: &[b"{\"issues\":"],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    let issues: Vec<Value> = findings(files)
        .map(|(file, finding)| {
            json!({
                "engineId": "dockerlab",
                "ruleId": finding.code,
                "severity": match finding.severity {
                    Severity::Error => "CRITICAL",
                    Severity::Warning => "MAJOR",
                    Severity::Info => "MINOR",
                    Severity::Style | Severity::Off => "INFO",
                },
                "type": if finding.severity == Severity::Error { "BUG" } else { "CODE_SMELL" },
                "primaryLocation": {
                    "filePath": file.name,
                    "message": finding.message,
                    "textRange": {
                        "startLine": finding.line,
                        "endLine": finding.line,
                        "startColumn": 0,
                        "endColumn": 1,
                    },
                },
            })
        })
        .collect();
    one_line(out, &json!({ "issues": issues }))
}

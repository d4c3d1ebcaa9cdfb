//! SARIF 2.1.0 (OASIS), with the pages of the rules.

use std::io::{Result, Write};

use serde_json::{Value, json};

use super::{
    format::Format,
    linted_file::{LintedFile, findings},
    one_line::one_line,
};
use crate::{
    lint::{Severity, rules},
    output::{sarif::sarif, style::Style},
};

/// One run.
pub(super) const FORMAT: Format = Format {
    name: "sarif",
    marks: &[b"sarif-2.1.0"],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    let level = |severity: Severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Style => "note",
        Severity::Off => "none",
    };
    let results: Vec<Value> = findings(files)
        .map(|(file, finding)| {
            let (line, column) = finding.at;
            json!({
                "ruleId": finding.code,
                "level": level(finding.severity),
                "message": {"text": finding.message},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": file.name},
                    "region": {
                        "startLine": line,
                        "startColumn": column,
                        "endLine": line,
                        "endColumn": column.saturating_add(1),
                        "sourceLanguage": "dockerfile",
                    },
                }}],
            })
        })
        .collect();
    let known: Vec<Value> = rules()
        .iter()
        .filter(|one| findings(files).any(|(_, finding)| finding.code == one.code))
        .map(|rule| {
            let page = rule.page();
            json!({
                "id": rule.code,
                "shortDescription": {"text": page.title()},
                "fullDescription": {"text": page.why()},
                "defaultConfiguration": {"level": level(rule.severity)},
            })
        })
        .collect();
    one_line(out, &sarif(&known, &results))
}

//! Formats that are JSON.

use std::{
    fmt::Write as _,
    io::{Result, Write},
};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Linted, all};
use crate::lint::{Finding, Severity, rule, rules};

/// hadolint's own array.
pub(super) fn json(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    let found: Vec<Value> = all(files)
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
    write(out, &Value::Array(found))
}

fn write(out: &mut dyn Write, value: &Value) -> Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
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

fn issue(file: &Linted, finding: &Finding) -> Value {
    json!({
        "type": "issue",
        "check_name": finding.code,
        "description": finding.message,
        "categories": ["Bug Risk"],
        "location": {"path": file.name, "lines": {"begin": finding.line, "end": finding.line}},
        "severity": climate(finding.severity),
    })
}

/// Code Climate's issues (its engine specification), each ended by a zero byte.
pub(super) fn code_climate(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    for (file, finding) in all(files) {
        serde_json::to_writer(&mut *out, &issue(file, finding))?;
        out.write_all(&[0])?;
    }
    Ok(())
}

/// GitLab's report of code quality: the same as an array, each with a fingerprint that stays when lines are added above.
pub(super) fn gitlab(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    let issues: Vec<Value> = all(files)
        .map(|(file, finding)| {
            let index = usize::try_from(finding.line).unwrap_or(usize::MAX).wrapping_sub(1);
            let line = file.source.lines().nth(index).unwrap_or_default();
            let key = format!("{}\n{}\n{}\n{line}", file.name, finding.code, finding.message);
            let count = seen.entry(key.clone()).or_default();
            *count += 1;
            let hash = Sha256::digest(format!("{key}\n{count}"));
            let fingerprint = hash.iter().take(20).fold(String::new(), |mut text, byte| {
                // Writing to a text does not fail.
                let _ = write!(text, "{byte:02x}");
                text
            });
            let mut issue = issue(file, finding);
            issue["fingerprint"] = Value::String(fingerprint);
            issue
        })
        .collect();
    write(out, &Value::Array(issues))
}

/// Codacy's results, one a line.
pub(super) fn codacy(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    for (file, finding) in all(files) {
        let result = json!({
            "filename": file.name,
            "line": finding.line,
            "message": finding.message,
            "patternId": finding.code,
        });
        write(out, &result)?;
    }
    Ok(())
}

/// SonarQube's generic issues.
pub(super) fn sonarqube(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    let issues: Vec<Value> = all(files)
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
    write(out, &json!({ "issues": issues }))
}

/// SARIF 2.1.0 (OASIS).
pub(super) fn sarif(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    let level = |severity: Severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Style => "note",
        Severity::Off => "none",
    };
    let results: Vec<Value> = all(files)
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
        .filter(|one| all(files).any(|(_, finding)| finding.code == one.code))
        .filter_map(|one| rule(one.code))
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
    let report = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "defaultSourceLanguage": "dockerfile",
            "tool": {"driver": {
                "name": "dockerlab",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": known,
            }},
            "results": results,
        }],
    });
    write(out, &report)
}

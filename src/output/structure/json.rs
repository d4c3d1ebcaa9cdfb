//! The JSON of container-structure-test, on one line; outside strict mode with the file and the line of each test.

use std::io::{Result, Write};

use serde::Serialize;

use super::{Row, StructureReport};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Report<'r> {
    pass: usize,
    fail: usize,
    total: usize,
    /// Nanoseconds.
    duration: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    results: Vec<Test<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Test<'r> {
    name: &'r str,
    pass: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    stdout: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    stderr: &'r str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    errors: &'r [String],
    duration: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// Writes a run.
pub fn write(out: &mut dyn Write, report: &StructureReport) -> Result<()> {
    let rows = report.rows();
    let (pass, total) = report.counts();
    let warnings = report.files.iter().flat_map(|file| {
        let told = |warning: &crate::structure::Mistake| format!("{}:{}: {}", file.name, warning.line, warning.message);
        file.warnings.iter().map(told).collect::<Vec<_>>()
    });
    let written = Report {
        pass,
        fail: total - pass,
        total,
        duration: rows.iter().map(|row| nanoseconds(row.seconds())).sum(),
        results: rows.iter().map(|row| test(row, report.is_strict)).collect(),
        warnings: warnings.collect(),
    };
    writeln!(out, "{}", serde_json::to_string(&written)?)
}

fn test<'r>(row: &'r Row<'_>, is_strict: bool) -> Test<'r> {
    Test {
        name: row.name(),
        pass: row.errors.is_empty(),
        stdout: row.outcome.map_or("", |outcome| &outcome.stdout),
        stderr: row.outcome.map_or("", |outcome| &outcome.stderr),
        errors: &row.errors,
        duration: nanoseconds(row.seconds()),
        file: (!is_strict).then_some(row.file.as_str()),
        line: row.outcome.filter(|_| !is_strict).map(|outcome| outcome.line),
    }
}

fn nanoseconds(seconds: f64) -> u64 {
    std::time::Duration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|duration| u64::try_from(duration.as_nanos()).ok())
        .unwrap_or(0)
}

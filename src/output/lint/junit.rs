//! JUnit's XML.

use std::io::{Result, Write};

use super::{format::Format, linted_file::LintedFile};
use crate::output::{
    junit::{Case, CaseOutcome, Suite, junit},
    style::Style,
};

/// A suite a file, a case a finding; a file without findings is a case that passes.
pub(super) const FORMAT: Format = Format {
    name: "junit",
    marks: &[b"<testsuites name=\"dockerlab"],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    let suites: Vec<Suite> = files.iter().map(suite).collect();
    junit(out, "dockerlab lint", &suites)
}

fn suite(file: &LintedFile) -> Suite {
    let mut cases: Vec<Case> = file
        .findings
        .iter()
        .map(|finding| {
            let (code, line, severity, message) = (&finding.code, finding.line, finding.severity, &finding.message);
            let all = format!("{}:{line} {code} {severity}: {message}", file.name);
            Case {
                class: file.name.clone(),
                name: format!("{code} line {line}"),
                outcome: CaseOutcome::Failed(severity.name().to_owned(), message.clone(), all),
            }
        })
        .collect();
    if cases.is_empty() {
        cases.push(Case {
            class: file.name.clone(),
            name: "lint".to_owned(),
            outcome: CaseOutcome::Passed,
        });
    }
    Suite {
        name: file.name.clone(),
        cases,
    }
}

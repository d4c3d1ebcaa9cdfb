//! One line a finding.

use std::io::{Result, Write};

use super::{Linted, all};
use crate::{
    lint::{Finding, Severity, UNREADABLE},
    output::style::Style,
};

/// `Dockerfile:3 DL3006 warning: …`.
pub(super) fn tty(out: &mut dyn Write, files: &[Linted], style: Style) -> Result<()> {
    for (file, finding) in all(files) {
        let Finding {
            code, line, message, ..
        } = finding;
        if code == UNREADABLE {
            let (line, column) = finding.at;
            writeln!(out, "{}:{line}:{column} {message}", file.name)?;
            continue;
        }
        let severity = dressed(finding.severity, style);
        writeln!(out, "{}:{line} {code} {severity}: {message}", file.name)?;
    }
    Ok(())
}

/// A severity in its colour.
pub(super) fn dressed(severity: Severity, style: Style) -> String {
    match severity {
        Severity::Error => style.fail(severity),
        Severity::Warning => style.care(severity),
        Severity::Info => style.good(severity),
        Severity::Style | Severity::Off => style.dim(severity),
    }
}

/// `dockerlab:Dockerfile:3: DL3006 warning: …`.
pub(super) fn gnu(out: &mut dyn Write, files: &[Linted]) -> Result<()> {
    for (file, finding) in all(files) {
        let Finding {
            code,
            line,
            message,
            severity,
            ..
        } = finding;
        if code == UNREADABLE {
            let (line, column) = finding.at;
            writeln!(out, "dockerlab:{}:{line}:{column}: {message}", file.name)?;
        } else {
            writeln!(out, "dockerlab:{}:{line}: {code} {severity}: {message}", file.name)?;
        }
    }
    Ok(())
}

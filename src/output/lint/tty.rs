//! One line a finding: `Dockerfile:3 DL3006 warning: …`.

use std::io::{Result, Write};

use super::{
    format::Format,
    linted_file::{LintedFile, findings},
    severity::coloured,
};
use crate::{
    lint::{Finding, UNREADABLE},
    output::style::Style,
};

/// hadolint's lines, in colour on a terminal.
pub(super) const FORMAT: Format = Format {
    name: "tty",
    marks: &[b" error: ", b" warning: ", b" info: ", b" style: "],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], style: Style) -> Result<()> {
    for (file, finding) in findings(files) {
        let Finding {
            code, line, message, ..
        } = finding;
        if code == UNREADABLE {
            let (line, column) = finding.at;
            writeln!(out, "{}:{line}:{column} {message}", file.name)?;
            continue;
        }
        let severity = coloured(finding.severity, style);
        writeln!(out, "{}:{line} {code} {severity}: {message}", file.name)?;
    }
    Ok(())
}

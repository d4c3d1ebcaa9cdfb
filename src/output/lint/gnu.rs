//! One line a finding, as the GNU tools write them: `dockerlab:Dockerfile:3: DL3006 warning: …`.

use std::io::{Result, Write};

use super::{
    format::Format,
    linted_file::{LintedFile, findings},
};
use crate::{
    lint::{Finding, UNREADABLE},
    output::style::Style,
};

/// Lines that editors can follow.
pub(super) const FORMAT: Format = Format {
    name: "gnu",
    marks: &[b" error: ", b" warning: ", b" info: ", b" style: "],
    never_fails: false,
    has_zero_bytes: false,
    write,
};

fn write(out: &mut dyn Write, files: &[LintedFile], _style: Style) -> Result<()> {
    for (file, finding) in findings(files) {
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

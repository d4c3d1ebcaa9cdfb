//! What the rules found: hadolint's formats, and one for people.

mod explain;
mod full;
mod json;
mod lines;
mod xml;

use std::io::{Result, Write};

use crate::{lint::Finding, output::style::Style};

pub use explain::{explained, listed};
pub use full::{Taught, full};

/// The findings of one file.
#[derive(Debug, Clone)]
pub struct Linted {
    /// Its name in reports.
    pub name: String,
    /// Its text.
    pub source: String,
    /// What was found, by line.
    pub findings: Vec<Finding>,
}

/// A format for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LintFormat {
    /// One line a finding.
    Tty,
    /// An array of findings.
    Json,
    /// Checkstyle's XML.
    Checkstyle,
    /// An object a finding, each ended by a zero byte.
    CodeClimate,
    /// An array of the same with fingerprints.
    GitlabCodeClimate,
    /// One line a finding, as the GNU tools write them.
    Gnu,
    /// An object a line.
    Codacy,
    /// SonarQube's generic issues.
    SonarQube,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML.
    Junit,
}

impl LintFormat {
    /// All of them with their names.
    pub const ALL: [(&'static str, Self); 10] = [
        ("tty", Self::Tty),
        ("json", Self::Json),
        ("checkstyle", Self::Checkstyle),
        ("codeclimate", Self::CodeClimate),
        ("gitlab_codeclimate", Self::GitlabCodeClimate),
        ("gnu", Self::Gnu),
        ("codacy", Self::Codacy),
        ("sonarqube", Self::SonarQube),
        ("sarif", Self::Sarif),
        ("junit", Self::Junit),
    ];

    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, format)| *format)
    }

    /// What a report in this format has in its first bytes: one of these.
    pub fn marks(self) -> &'static [&'static [u8]] {
        match self {
            Self::Tty | Self::Gnu => &[b" error: ", b" warning: ", b" info: ", b" style: "],
            Self::Json => &[b"[]\n", b"[{\"code\":"],
            Self::Checkstyle => &[b"<checkstyle "],
            Self::CodeClimate => &[b"\"check_name\":"],
            Self::GitlabCodeClimate => &[b"[]\n", b"\"check_name\":"],
            Self::Codacy => &[b"\"patternId\":"],
            Self::SonarQube => &[b"{\"issues\":"],
            Self::Sarif => &[b"sarif-2.1.0"],
            Self::Junit => &[b"<testsuites name=\"dockerlab"],
        }
    }

    /// Whether hadolint ends with 0 in this format whatever it found: the reader of the report decides.
    pub fn never_fails(self) -> bool {
        matches!(self, Self::CodeClimate | Self::Codacy)
    }
}

/// Writes findings in a format for programs.
pub fn linted(out: &mut dyn Write, files: &[Linted], format: LintFormat, style: Style) -> Result<()> {
    match format {
        LintFormat::Tty => lines::tty(out, files, style),
        LintFormat::Gnu => lines::gnu(out, files),
        LintFormat::Json => json::json(out, files),
        LintFormat::CodeClimate => json::code_climate(out, files),
        LintFormat::GitlabCodeClimate => json::gitlab(out, files),
        LintFormat::Codacy => json::codacy(out, files),
        LintFormat::SonarQube => json::sonarqube(out, files),
        LintFormat::Sarif => json::sarif(out, files),
        LintFormat::Checkstyle => xml::checkstyle(out, files),
        LintFormat::Junit => xml::junit(out, files),
    }
}

/// All findings with their files.
fn all(files: &[Linted]) -> impl Iterator<Item = (&Linted, &Finding)> {
    files
        .iter()
        .flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
}

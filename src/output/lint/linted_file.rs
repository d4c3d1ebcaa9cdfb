//! The findings of one file.

use crate::lint::Finding;

/// The findings of one file.
#[derive(Debug, Clone)]
pub struct LintedFile {
    /// Its name in reports.
    pub name: String,
    /// Its text.
    pub source: String,
    /// What was found, by line.
    pub findings: Vec<Finding>,
}

/// All findings with their files.
pub(super) fn findings(files: &[LintedFile]) -> impl Iterator<Item = (&LintedFile, &Finding)> {
    files
        .iter()
        .flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
}

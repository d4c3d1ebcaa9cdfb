//! What a rule found, and where.

use crate::lint::{edit::Edit, severity::Severity};

/// The code of a line that is no Dockerfile, as in hadolint's reports.
pub const UNREADABLE: &str = "DL1000";

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's code.
    pub code: String,
    /// How grave it is.
    pub severity: Severity,
    /// A sentence without a full stop, in the person's language.
    pub message: String,
    /// The first line of the instruction, from 1, as hadolint reports it.
    pub line: u32,
    /// Line and column in characters, from 1, of the very word.
    pub at: (u32, u32),
    /// The edits that fix it, where that is safe.
    pub edits: Vec<Edit>,
}

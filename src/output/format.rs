//! How a report is written: every command that has several ways takes `--format`.

use clap::ValueEnum;

/// The ways that most reports have. A report that has others lists them beside it, and its writer handles each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Human,
    /// For programs
    Json,
}

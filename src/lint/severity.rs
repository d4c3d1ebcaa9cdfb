//! How grave a finding is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How grave it is; hadolint's levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not looked for.
    #[serde(rename = "ignore")]
    Off,
    /// A matter of taste.
    Style,
    /// Good to know.
    Info,
    /// Likely to bite.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// All of them, the gravest first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warning, Self::Info, Self::Style, Self::Off];

    /// Its name in reports and settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "ignore",
            Self::Style => "style",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

//! What may be set: hadolint's own keys, as in its `.hadolint.yaml`.

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::{family::Family, severity::Severity};

/// What a label's value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelKind {
    /// Anything but nothing.
    Text,
    /// An absolute address.
    Url,
    /// A date with time (RFC 3339).
    Rfc3339,
    /// A licence (SPDX).
    Spdx,
    /// A git commit.
    Hash,
    /// A version (Semantic Versioning 2).
    Semver,
    /// An address of electronic mail.
    Email,
}

impl LabelKind {
    /// All of them with their names.
    pub const ALL: [(&'static str, Self); 7] = [
        ("text", Self::Text),
        ("url", Self::Url),
        ("rfc3339", Self::Rfc3339),
        ("spdx", Self::Spdx),
        ("hash", Self::Hash),
        ("semver", Self::Semver),
        ("email", Self::Email),
    ];

    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, kind)| *kind)
    }
}

/// What is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// Codes that are not reported.
    pub ignored: BTreeSet<String>,
    /// Codes that are graver or less grave than they are by themselves.
    pub overrides: BTreeMap<String, Severity>,
    /// Registries that images may come from, `*` for any letters; all where there are none.
    pub trusted_registries: Vec<String>,
    /// Labels that have to be there, and what they may hold.
    pub label_schema: BTreeMap<String, LabelKind>,
    /// Whether no other label may be there.
    pub strict_labels: bool,
    /// Whether `# hadolint ignore=` counts for nothing.
    pub disable_ignore_pragma: bool,
    /// From which severity on findings make the program fail; info where it is not set.
    pub failure_threshold: Option<Severity>,
    /// Whether it never fails.
    pub no_fail: bool,
    /// Whether there are no colours.
    pub no_color: bool,
    /// How findings are written.
    pub formats: Vec<String>,
    /// The families that are looked at; all where there are none.
    pub families: Vec<Family>,
}

/// What is wrong with settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line, from 1, where one is known.
    pub line: Option<u64>,
    /// A sentence without a full stop.
    pub message: String,
}

impl Config {
    /// How grave a rule is here.
    pub fn severity_of(&self, code: &str, own: Severity) -> Severity {
        self.overrides.get(code).copied().unwrap_or(own)
    }

    /// Whether the rules of a family are looked at.
    pub(super) fn looks_at(&self, family: Family) -> bool {
        self.families.is_empty() || self.families.contains(&family)
    }

    /// From which severity on findings make the program fail.
    pub fn threshold(&self) -> Severity {
        self.failure_threshold.unwrap_or(Severity::Info)
    }
}

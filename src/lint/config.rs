//! What may be set: hadolint's own keys, as in its `.hadolint.yaml`.

use std::collections::{BTreeMap, BTreeSet};

use crate::lint::{
    finding::Severity,
    registry::{Family, rule},
};

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

    /// Reads a `.hadolint.yaml`. Unlike hadolint, which passes over what it does not know, this refuses it.
    ///
    /// # Errors
    /// When it is no YAML, or has a key, severity or kind of label that is none.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        crate::lint::yaml::read(text)
    }

    /// Sets the severity of a rule; of several the gravest counts, as in hadolint.
    ///
    /// # Errors
    /// When no rule has this code.
    pub fn set_severity(&mut self, code: &str, severity: Severity) -> Result<(), String> {
        known(code)?;
        let set = self.overrides.entry(code.to_owned()).or_insert(severity);
        *set = severity.max(*set);
        Ok(())
    }

    /// Ignores a rule.
    ///
    /// # Errors
    /// When no rule has this code.
    pub fn ignore(&mut self, code: &str) -> Result<(), String> {
        known(code)?;
        self.ignored.insert(code.to_owned());
        Ok(())
    }

    /// Sets from which severity on findings make the program fail; `none` is what hadolint takes for `ignore` too.
    ///
    /// # Errors
    /// When no severity has this name.
    pub fn set_threshold(&mut self, name: &str) -> Result<(), String> {
        self.failure_threshold = Some(crate::lint::yaml::threshold(name)?);
        Ok(())
    }

    /// Asks for a label: `maintainer:text`.
    ///
    /// # Errors
    /// When it is not written so.
    pub fn require_label(&mut self, text: &str) -> Result<(), String> {
        let (name, kind) = text
            .rsplit_once(':')
            .ok_or_else(|| say!("`{text}` is no label with its kind, as `maintainer:text` is"; text))?;
        self.label_schema.insert(name.to_owned(), label_kind(kind)?);
        Ok(())
    }
}

/// Whether a code is one; those of `ShellCheck` are not counted.
fn known(code: &str) -> Result<(), String> {
    let is_shellcheck = code
        .strip_prefix("SC")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    if is_shellcheck || code == crate::lint::UNREADABLE || rule(code).is_some() {
        return Ok(());
    }
    Err(say!("there is no rule `{code}`"; code))
}

pub(super) fn label_kind(name: &str) -> Result<LabelKind, String> {
    LabelKind::of(name).ok_or_else(|| {
        let names: Vec<&str> = LabelKind::ALL.iter().map(|(name, _)| *name).collect();
        say!("a label is one of {}, not `{name}`", names.join(", "); name)
    })
}

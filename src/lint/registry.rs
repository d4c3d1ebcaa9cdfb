//! The rules, built from the files in `rules/`.

use std::{collections::HashMap, sync::OnceLock};

use crate::lint::{File, Severity, finding::Found, page::Page};

/// Whose rule it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// hadolint's, `DL` and a number.
    Hadolint,
    /// A check of `docker build --check`, by its name.
    BuildKit,
    /// One of ours, `LAB` and a number.
    Lab,
}

impl Family {
    /// All of them with their names.
    pub const ALL: [(&'static str, Self); 3] = [
        ("hadolint", Self::Hadolint),
        ("buildkit", Self::BuildKit),
        ("lab", Self::Lab),
    ];

    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, family)| *family)
    }
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its code.
    pub code: &'static str,
    /// How grave it is where nothing else is set.
    pub severity: Severity,
    /// Rules of another family that say the same; where one of them speaks, this one is silent.
    pub same_as: &'static [&'static str],
    pub(super) check: fn(&File<'_>, &mut Found<'_>),
}

impl Rule {
    /// A rule.
    pub(super) const fn new(code: &'static str, severity: Severity, check: fn(&File<'_>, &mut Found<'_>)) -> Self {
        Self {
            code,
            severity,
            same_as: &[],
            check,
        }
    }

    /// The rule, silent where one of these speaks.
    pub(super) const fn behind(mut self, same_as: &'static [&'static str]) -> Self {
        self.same_as = same_as;
        self
    }

    /// Whose it is.
    pub fn family(&self) -> Family {
        let is_numbered = |prefix: &str| {
            self.code
                .strip_prefix(prefix)
                .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
        };
        if is_numbered("DL") {
            Family::Hadolint
        } else if is_numbered("LAB") {
            Family::Lab
        } else {
            Family::BuildKit
        }
    }
}

/// All rules: hadolint's, BuildKit's, ours, each by their codes.
pub fn rules() -> &'static [Rule] {
    &crate::lint::rules::ALL
}

/// The rule with this code; case does not count.
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// The page of a rule, read once.
pub(super) fn page(code: &'static str) -> &'static Page {
    static PAGES: OnceLock<HashMap<&'static str, Page>> = OnceLock::new();
    static NONE: OnceLock<Page> = OnceLock::new();
    let pages = PAGES.get_or_init(|| {
        rules()
            .iter()
            .zip(crate::lint::rules::SOURCES)
            .map(|(rule, source)| (rule.code, Page::read(rule.code, source)))
            .collect()
    });
    pages
        .get(code)
        .unwrap_or_else(|| NONE.get_or_init(|| Page::read(code, "")))
}

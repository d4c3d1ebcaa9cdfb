//! The list of rules.

use std::{collections::HashMap, sync::OnceLock};

use crate::lint::{page::Page, rule::Rule};

/// The module of each file in `rules/`, and two tables, both by family and code: `ALL`, the rules, and `SOURCES`, the
/// texts that they were compiled from. `build.rs` writes them.
mod rules {
    use crate::lint::rule::Rule;

    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// All rules: hadolint's, BuildKit's, ours, each by their codes.
pub fn rules() -> &'static [Rule] {
    &rules::ALL
}

/// The rule with this code; case does not count.
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().iter().find(|rule| rule.code.eq_ignore_ascii_case(code))
}

/// The rules of other families that say the same as this one.
pub(super) fn twins(rule: &'static Rule) -> impl Iterator<Item = &'static Rule> {
    rules()
        .iter()
        .filter(|other| rule.twins.contains(&other.code) || other.twins.contains(&rule.code))
}

impl Rule {
    /// Its page.
    pub fn page(&self) -> &'static Page {
        page(self.code)
    }
}

/// The page of a rule, read once.
fn page(code: &'static str) -> &'static Page {
    static PAGES: OnceLock<HashMap<&'static str, Page>> = OnceLock::new();
    static NONE: OnceLock<Page> = OnceLock::new();
    let pages = PAGES.get_or_init(|| {
        rules()
            .iter()
            .zip(rules::SOURCES)
            .map(|(rule, source)| (rule.code, Page::read(rule.code, source)))
            .collect()
    });
    pages
        .get(code)
        .unwrap_or_else(|| NONE.get_or_init(|| Page::read(code, "")))
}

#[cfg(test)]
mod tests;

//! A rule.

use crate::lint::{family::Family, linted_dockerfile::LintedDockerfile, reporter::Reporter, severity::Severity};

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its code.
    pub code: &'static str,
    /// How grave it is where nothing else is set.
    pub severity: Severity,
    /// Rules of another family that say the same; where one of them speaks, this one is silent.
    pub twins: &'static [&'static str],
    pub(super) check: fn(&LintedDockerfile<'_>, &mut Reporter<'_>),
}

impl Rule {
    /// A rule.
    pub(super) const fn new(
        code: &'static str,
        severity: Severity,
        check: fn(&LintedDockerfile<'_>, &mut Reporter<'_>),
    ) -> Self {
        Self {
            code,
            severity,
            twins: &[],
            check,
        }
    }

    /// The rule, silent where one of these speaks.
    pub(super) const fn twin_of(mut self, twins: &'static [&'static str]) -> Self {
        self.twins = twins;
        self
    }

    /// Whose it is.
    pub fn family(&self) -> Family {
        Family::of_code(self.code)
    }
}

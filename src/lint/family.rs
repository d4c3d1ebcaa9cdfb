//! Families of rules.

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

    /// The family of the rule with this code.
    pub fn of_code(code: &str) -> Self {
        let is_numbered = |prefix: &str| {
            code.strip_prefix(prefix)
                .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
        };
        if is_numbered("DL") {
            Self::Hadolint
        } else if is_numbered("LAB") {
            Self::Lab
        } else {
            Self::BuildKit
        }
    }
}

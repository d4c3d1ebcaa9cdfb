//! Variables in the words of instructions.

use crate::{
    dockerfile::{Keyword, nearest},
    lint::{linted_dockerfile::LintedDockerfile, names::inner},
};

/// The names of the variables in a text: `$NAME`, `${NAME}`, `${NAME:-x}`, unless the `$` is escaped.
pub(super) fn variables(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices('$') {
        if text[..at].ends_with('\\') {
            continue;
        }
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        if !rest[..end].is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit()) {
            names.push(&rest[..end]);
        }
    }
    names
}

/// The ARGs above the first FROM, with their defaults.
pub(super) fn global_args<'f>(file: &'f LintedDockerfile<'_>) -> Vec<(&'f str, Option<&'f str>)> {
    file.all(Keyword::Arg)
        .filter(|step| step.stage.is_none())
        .flat_map(|step| &step.instruction.pairs)
        .map(|pair| (pair.name.as_str(), pair.value.as_deref().map(inner)))
        .collect()
}

/// The arguments that docker brings for FROM.
pub(super) const PLATFORM_ARGS: [&str; 8] = [
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// A variable's name, and the one that was probably meant.
pub(super) fn with_suggestion(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(meant) => say!("${name}; did you mean `{meant}`?"; name, meant),
        None => format!("${name}"),
    }
}

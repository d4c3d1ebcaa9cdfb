//! Variables in the words of instructions, as docker expands them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    dockerfile::{Keyword, Substituted, SubstitutionRules, nearest, substitute},
    lint::{build_step::BuildStep, linted_dockerfile::LintedDockerfile},
};

/// Names with what they are set to.
pub(super) type Values = BTreeMap<String, String>;

/// What docker sets for FROM by itself, on a machine like most.
const PLATFORM_ARGS: [(&str, &str); 9] = [
    ("BUILDARCH", "amd64"),
    ("BUILDOS", "linux"),
    ("BUILDPLATFORM", "linux/amd64"),
    ("BUILDVARIANT", ""),
    ("TARGETARCH", "amd64"),
    ("TARGETOS", "linux"),
    ("TARGETPLATFORM", "linux/amd64"),
    ("TARGETSTAGE", "default"),
    ("TARGETVARIANT", ""),
];

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

/// A text with its variables put in; none where docker would refuse it.
pub(super) fn expanded(
    file: &LintedDockerfile<'_>,
    text: &str,
    values: &Values,
    rules: SubstitutionRules,
) -> Option<Substituted> {
    substitute(text, file.dockerfile.escape, values, rules).ok()
}

/// What FROM may use where nothing is given to the build: the ARGs above the first one with their defaults, and what
/// docker sets by itself. An ARG without a default is in the list of names only.
pub(super) fn global_args(file: &LintedDockerfile<'_>) -> (Values, Vec<String>) {
    let mut values: Values = PLATFORM_ARGS
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut names: Vec<String> = values.keys().cloned().collect();
    for pair in file
        .all(Keyword::Arg)
        .filter(|step| step.stage.is_none())
        .flat_map(|step| &step.instruction.pairs)
    {
        names.push(pair.name.clone());
        let default = pair
            .value
            .as_deref()
            .and_then(|text| expanded(file, text, &values, SubstitutionRules::default()));
        if let Some(default) = default {
            values.insert(pair.name.clone(), default.text);
        }
    }
    (values, names)
}

/// The variables of a stage as far as the file tells them.
#[derive(Default, Clone)]
struct Known {
    values: Values,
    /// Those of ENV, which an ARG does not change.
    env: BTreeSet<String>,
}

impl Known {
    /// Takes up what an ARG or ENV sets.
    fn set(&mut self, file: &LintedDockerfile<'_>, step: &BuildStep<'_>, global: &Values) {
        let is_env = step.keyword() == Keyword::Env;
        let before = self.values.clone();
        for pair in &step.instruction.pairs {
            if !is_env && self.env.contains(&pair.name) {
                continue;
            }
            // An ARG may use those before it in its own line, an ENV may not.
            let values = if is_env { &before } else { &self.values };
            let value = match &pair.value {
                Some(text) => known_value(file, text, values),
                None => global.get(&pair.name).cloned(),
            };
            match value {
                Some(value) => self.values.insert(pair.name.clone(), value),
                None => self.values.remove(&pair.name),
            };
            if is_env {
                self.env.insert(pair.name.clone());
            }
        }
    }
}

/// Goes through the instructions of all stages, each with the variables that are known to be set there.
pub(super) fn with_values<'f, 'a>(file: &'f LintedDockerfile<'a>, mut visit: impl FnMut(&'f BuildStep<'a>, &Values)) {
    let (global, _) = global_args(file);
    let mut stages: Vec<Known> = Vec::new();
    for step in file.steps.iter().filter(|step| !step.on_build) {
        let Some(stage) = step.stage else { continue };
        if step.keyword() == Keyword::From {
            let parent = file.parent(stage).and_then(|parent| stages.get(parent));
            stages.push(parent.cloned().unwrap_or_default());
        }
        let Some(known) = stages.last_mut() else { continue };
        visit(step, &known.values);
        if matches!(step.keyword(), Keyword::Arg | Keyword::Env) {
            known.set(file, step, &global);
        }
    }
}

/// A word with its variables put in; none if one of them is not known.
pub(super) fn known_value(file: &LintedDockerfile<'_>, word: &str, values: &Values) -> Option<String> {
    expanded(file, word, values, SubstitutionRules::default())
        .filter(|value| value.unset.is_empty())
        .map(|value| value.text)
}

/// A variable's name, and the one that was probably meant.
pub(super) fn with_suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest(name, &known.collect::<Vec<_>>()) {
        Some(meant) => say!("${name}; did you mean `{meant}`?"; name, meant),
        None => format!("${name}"),
    }
}

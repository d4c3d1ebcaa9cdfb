//! The criteria that several tasks of a course share: `criteria.toml`.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    course::{
        entry::{Entry, Shared},
        mistake::Mistake,
        parse::parse,
        translation::{SharedTexts, name_in},
    },
    language::Language,
};

const FILE: &str = "criteria.toml";

/// `criteria.toml`: criteria that tasks share.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// One criterion after the other.
    #[serde(default)]
    #[schemars(with = "Vec<Entry>")]
    criterion: Vec<Spanned<Entry>>,
}

/// The shared criteria in English and in a language, empty where the course does not have the file; none where the file
/// cannot be read.
pub(super) fn shared(
    texts: &BTreeMap<&str, &str>,
    language: Language,
    mistakes: &mut Vec<Mistake>,
) -> Option<(Shared, Shared)> {
    let text = texts.get(FILE).copied().unwrap_or_default();
    let table = parse::<Table>(FILE, text, mistakes)?;
    let mut english = Shared::new();
    for entry in table.criterion {
        let at = entry.span().start;
        let entry = entry.into_inner();
        let id = entry.name().to_owned();
        let mut tell = |message: String| {
            let message = say!("criterion `{id}`: {message}"; id, message);
            mistakes.push(Mistake::at(FILE, text, at, message));
        };
        if entry.id.is_none() {
            tell(say!("`id` is missing").to_owned());
        }
        if entry.shared.is_some() {
            tell(say!("`use`: a shared criterion uses no other").to_owned());
        }
        for key in entry.empty_keys() {
            tell(say!("`{key}` is empty"; key));
        }
        if english.contains_key(&id) {
            tell(say!("another criterion has this `id`").to_owned());
        }
        english.insert(id, entry);
    }
    let hints = english
        .iter()
        .map(|(id, entry)| (id.clone(), entry.hints.as_ref().map_or(0, Vec::len)))
        .collect();
    let mut said = english.clone();
    for other in Language::all() {
        let name = name_in(FILE, other);
        let Some(translated) = texts.get(name.as_str()) else {
            continue;
        };
        let Some(read) = parse::<SharedTexts>(&name, translated, mistakes) else {
            continue;
        };
        mistakes.extend(read.criterion.mistakes(&name, translated, text, &hints));
        if other == language {
            if let Some(text) = read.criterion.in_checks(text)
                && let Some(table) = parse::<Table>(FILE, &text, mistakes)
            {
                said = table
                    .criterion
                    .into_iter()
                    .map(|entry| (entry.get_ref().name().to_owned(), entry.into_inner()))
                    .collect();
            }
            for entry in said.values_mut() {
                read.criterion.apply(entry);
            }
        }
    }
    Some((english, said))
}

/// A mistake for each shared criterion that no task uses.
pub(super) fn unused(texts: &BTreeMap<&str, &str>, shared: &Shared, used: &BTreeSet<String>) -> Vec<Mistake> {
    let text = texts.get(FILE).copied().unwrap_or_default();
    let entries = toml::from_str::<Table>(text)
        .map(|table| table.criterion)
        .unwrap_or_default();
    entries
        .iter()
        .filter(|entry| shared.contains_key(entry.get_ref().name()) && !used.contains(entry.get_ref().name()))
        .map(|entry| {
            let id = entry.get_ref().name();
            Mistake::at(
                FILE,
                text,
                entry.span().start,
                say!("criterion `{id}`: no task uses it"; id),
            )
        })
        .collect()
}

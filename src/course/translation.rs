//! A course's texts in other languages: files beside the English ones, named `task.fr.toml`, `lesson.fr.md` and so on.
//!
//! Each text falls back by itself: what a translation leaves out is said in English. A translation holds texts alone,
//! so that no language judges otherwise than another.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    course::{entry::Entry, mistake::Mistake},
    language::Language,
};

/// `course.fr.toml`.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CourseTexts {
    pub(super) title: Option<String>,
    pub(super) welcome: Option<String>,
    pub(super) farewell: Option<String>,
}

/// `task.fr.toml`.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskTexts {
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) learned: Option<String>,
    #[serde(default)]
    pub(super) criterion: CriteriaTexts,
}

/// `criteria.fr.toml`.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SharedTexts {
    #[serde(default)]
    pub(super) criterion: CriteriaTexts,
}

/// What criteria say, by their ids.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct CriteriaTexts(BTreeMap<String, CriterionTexts>);

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CriterionTexts {
    says: Option<String>,
    why: Option<String>,
    next: Option<String>,
    hints: Option<Vec<String>>,
    /// What the check itself says in `expected` and `found`, by the English text.
    #[serde(default)]
    words: BTreeMap<String, String>,
}

/// A file's name split at its language: `task.fr.toml` is `task.toml` in French.
pub(super) fn named(name: &str) -> Option<(String, Language)> {
    let (rest, ending) = name.rsplit_once('.')?;
    let (stem, code) = rest.rsplit_once('.')?;
    let language = Language::all().find(|language| *language != Language::ENGLISH && language.code() == code)?;
    Some((format!("{stem}.{ending}"), language))
}

/// The name of a file in a language: `task.toml` is `task.fr.toml` in French.
pub(super) fn name_in(name: &str, language: Language) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{}.{ending}", language.code()),
        None => name.to_owned(),
    }
}

impl CriteriaTexts {
    /// What is wrong with them, where the English file has this text, and its criteria so many hints each, by id.
    pub(super) fn mistakes(
        &self,
        file: &str,
        text: &str,
        english: &str,
        hints: &BTreeMap<String, usize>,
    ) -> Vec<Mistake> {
        let mut found = Vec::new();
        for (id, texts) in &self.0 {
            let mut tell = |message: String| {
                let mut mistake = Mistake::of_file(file, &say!("criterion `{id}`: {message}"; id, message));
                mistake.line = line_of(text, id);
                found.push(mistake);
            };
            let Some(count) = hints.get(id) else {
                tell(say!("the English file does not have this criterion").to_owned());
                continue;
            };
            if let Some(hints) = &texts.hints
                && hints.len() != *count
            {
                tell(say!("`hints` has {}, but the English file has {count}", hints.len(); count));
            }
            for word in texts.words.keys() {
                if !checks(english, id).is_some_and(|check| says(&check, word)) {
                    tell(say!("`words`: the check does not contain `{word}`"; word));
                }
            }
        }
        found
    }

    /// Gives an entry the texts of this language.
    pub(super) fn apply(&self, entry: &mut Entry) {
        let Some(texts) = self.0.get(entry.name()) else {
            return;
        };
        for (own, text) in [
            (&mut entry.says, &texts.says),
            (&mut entry.why, &texts.why),
            (&mut entry.next, &texts.next),
        ] {
            if text.is_some() {
                own.clone_from(text);
            }
        }
        if texts.hints.is_some() {
            entry.hints.clone_from(&texts.hints);
        }
    }

    /// The English file's text with what its checks say in this language; none where they say nothing in it.
    pub(super) fn in_checks(&self, english: &str) -> Option<String> {
        if self.0.values().all(|texts| texts.words.is_empty()) {
            return None;
        }
        let mut table: toml::Table = toml::from_str(english).ok()?;
        for criterion in table.get_mut("criterion")?.as_array_mut()? {
            let texts = id_of(criterion).and_then(|id| self.0.get(id));
            if let Some(texts) = texts
                && let Some(check) = criterion.get_mut("check")
            {
                replace(check, &texts.words);
            }
        }
        toml::to_string(&table).ok()
    }
    /// The ids of the criteria that have a text here.
    #[cfg(test)]
    pub(super) fn ids(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// The line of a criterion's table.
fn line_of(text: &str, id: &str) -> Option<usize> {
    text.lines()
        .position(|line| line.trim_start().starts_with("[criterion.") && line.contains(id))
        .map(|index| index + 1)
}

/// The check of a criterion as it is written.
fn checks(english: &str, id: &str) -> Option<toml::Value> {
    let table: toml::Table = toml::from_str(english).ok()?;
    let criteria = table.get("criterion")?.as_array()?;
    let found = criteria.iter().find(|criterion| id_of(criterion) == Some(id))?;
    found.get("check").cloned()
}

/// The id of a criterion as it is written: its own, or that of the shared one.
fn id_of(criterion: &toml::Value) -> Option<&str> {
    criterion.get("id").or_else(|| criterion.get("use"))?.as_str()
}

/// Whether a check says this in its `expected` or `found`.
fn says(check: &toml::Value, word: &str) -> bool {
    match check {
        toml::Value::Table(table) => table
            .iter()
            .any(|(key, value)| (is_said(key) && value.as_str() == Some(word)) || says(value, word)),
        toml::Value::Array(values) => values.iter().any(|value| says(value, word)),
        _ => false,
    }
}

fn replace(check: &mut toml::Value, words: &BTreeMap<String, String>) {
    match check {
        toml::Value::Table(table) => {
            for (key, value) in table {
                match value.as_str().and_then(|text| words.get(text)) {
                    Some(text) if is_said(key) => *value = toml::Value::String(text.clone()),
                    _ => replace(value, words),
                }
            }
        }
        toml::Value::Array(values) => {
            for value in values {
                replace(value, words);
            }
        }
        _ => {}
    }
}

fn is_said(key: &str) -> bool {
    matches!(key, "expected" | "found")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_their_language() {
        assert_eq!(
            named("task.fr.toml"),
            Some(("task.toml".to_owned(), Language::of("fr").unwrap()))
        );
        assert_eq!(named("task.toml"), None);
        assert_eq!(named("solution.Dockerfile"), None);
        assert_eq!(named("lesson.xx.md"), None);
        assert_eq!(name_in("lesson.md", Language::of("fr").unwrap()), "lesson.fr.md");
    }

    #[test]
    fn what_a_check_says_is_replaced_and_nothing_else() {
        let task = "[[criterion]]\nid = \"a\"\ncheck.not = { check = { runs-command = { programs = [\"x\"] } }, expected = \"no x\", found = \"x\" }\n";
        let texts: TaskTexts =
            toml::from_str("[criterion.a]\nwords = { \"no x\" = \"pas de x\", x = \"un x\" }").unwrap();
        let french = texts.criterion.in_checks(task).unwrap();
        assert!(french.contains("pas de x") && french.contains("un x"), "{french}");
        assert!(french.contains("programs = [\"x\"]"), "{french}");
        assert!(CriteriaTexts::default().in_checks(task).is_none());
        assert_eq!(texts.criterion.ids(), ["a"]);
    }
}

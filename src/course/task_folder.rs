//! Reading a task from its folder.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use crate::{
    check::Criterion,
    course::{
        base_names::base_of,
        entry::{Entry, Shared},
        mistake::{Mistake, parse},
        task::Task,
        translation::{TaskTexts, name_in, named},
    },
    dockerfile::ImageName,
    language::Language,
};

/// The files of a task that other languages have of their own.
const TRANSLATED: [&str; 3] = ["task.toml", "lesson.md", "solution.md"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct TaskTable {
    id: Spanned<String>,
    title: String,
    summary: String,
    learned: String,
    #[serde(default)]
    dockerfile: Option<Spanned<String>>,
    image: Spanned<String>,
    port: u16,
    #[serde(default)]
    from: Option<Spanned<String>>,
    #[serde(default)]
    image_of: Option<Spanned<String>>,
    #[serde(default)]
    teaches: Vec<Spanned<String>>,
    criterion: Vec<Spanned<Entry>>,
}

/// What tasks are read from, and what was found out on the way.
pub(super) struct Reading<'a> {
    /// The course's files by their paths.
    pub(super) texts: BTreeMap<&'a str, &'a str>,
    /// The language of the course that is wanted.
    pub(super) language: Language,
    /// The shared criteria in English.
    pub(super) english: Shared,
    /// The shared criteria in the language.
    pub(super) said: Shared,
    /// The ids of the shared criteria that tasks use.
    pub(super) used: BTreeSet<String>,
    /// All mistakes so far.
    pub(super) mistakes: Vec<Mistake>,
}

/// Reads the task of a folder; none where it has a mistake.
pub(super) fn task(folder: &str, earlier: &[Task], reading: &mut Reading<'_>) -> Option<Task> {
    let Reading {
        texts,
        language,
        english,
        said: shared,
        used,
        mistakes,
    } = reading;
    let language = *language;
    let file = format!("{folder}/task.toml");
    let Some(text) = texts.get(file.as_str()) else {
        mistakes.push(Mistake::of_file(
            &file,
            say!("the file is missing: each folder of a course is a task"),
        ));
        return None;
    };
    let mut table = parse::<TaskTable>(&file, text, mistakes)?;
    let before = mistakes.len();
    used.extend(
        table
            .criterion
            .iter()
            .filter_map(|entry| entry.get_ref().shared.clone()),
    );
    let criteria = criteria(&table.criterion, english);
    let hints = criteria
        .iter()
        .flatten()
        .map(|criterion| (criterion.id.clone(), criterion.hints.len()))
        .collect();
    let mut said = TaskTexts::default();
    for other in Language::all() {
        let name = format!("{folder}/{}", name_in("task.toml", other));
        let Some(translated) = texts.get(name.as_str()) else {
            continue;
        };
        let Some(read) = parse::<TaskTexts>(&name, translated, mistakes) else {
            continue;
        };
        mistakes.extend(read.criterion.mistakes(&name, translated, text, &hints));
        if other == language {
            said = read;
        }
    }
    let mut tell = |at: usize, message: String| mistakes.push(Mistake::at(&file, text, at, message));

    let id = table.id.get_ref();
    if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        tell(
            table.id.span().start,
            say!("`id`: `{id}` may contain only letters, digits and dashes"; id),
        );
    }
    if earlier.iter().any(|task| &task.id == id) {
        tell(table.id.span().start, say!("`id`: another task has the id `{id}`"; id));
    }
    for (key, named) in [("from", &table.from), ("image-of", &table.image_of)] {
        if let Some(named) = named
            && !earlier.iter().any(|task| &task.id == named.get_ref())
        {
            tell(
                named.span().start,
                say!("`{key}`: there is no earlier task `{}`", named.get_ref(); key),
            );
        }
    }
    for code in &table.teaches {
        if crate::lint::rule(code.get_ref()).is_none() {
            tell(code.span().start, say!("`teaches`: unknown rule `{}`", code.get_ref()));
        }
    }
    if let Some(name) = &table.dockerfile
        && (name.get_ref().is_empty() || name.get_ref().contains(['/', '\\']) || name.get_ref().starts_with('.'))
    {
        tell(
            name.span().start,
            say!("`dockerfile`: `{}` is not a plain file name", name.get_ref()),
        );
    }
    if table.dockerfile.is_none() && table.image_of.is_none() {
        tell(
            table.id.span().start,
            say!("a task needs either `dockerfile` or `image-of`").to_owned(),
        );
    }
    let image = table.image.get_ref();
    let solutions = texts.iter().filter(|(path, _)| path.ends_with("/solution.Dockerfile"));
    let wrong = match ImageName::parse(image) {
        Err(_) => Some(say!("`image`: `{}` is not a valid image name", image)),
        Ok(name) => base_of(&name, solutions.map(|(_, text)| *text)).map(|base| {
            say!("`image`: `{image}` would replace the base image `{base}` on the engine; give it another name"; image, base)
        }),
    };
    if let Some(wrong) = wrong {
        tell(table.image.span().start, wrong);
    }
    let mut seen: Vec<&str> = Vec::new();
    for (entry, criterion) in table.criterion.iter().zip(&criteria) {
        let at = entry.span().start;
        let entry = entry.get_ref();
        let id = entry.name();
        let mut tell = |message: String| tell(at, say!("criterion `{id}`: {message}"; id, message));
        if seen.contains(&id) {
            tell(say!("another criterion has this `id`").to_owned());
        }
        for key in entry.empty_keys() {
            tell(say!("`{key}` is empty"; key));
        }
        match criterion {
            Ok(criterion) => {
                for need in &criterion.needs {
                    if !seen.contains(&need.as_str()) {
                        tell(say!("`needs`: there is no earlier criterion `{need}`"; need));
                    }
                }
                for other in &criterion.follows_from {
                    if !seen.contains(&other.as_str()) {
                        tell(say!("`follows-from`: there is no earlier criterion `{other}`"; other));
                    }
                }
            }
            Err(message) => tell(message.clone()),
        }
        seen.push(id);
    }
    // The one in the language, or the English one.
    let in_language = |name: &str| {
        let own = texts.get(format!("{folder}/{}", name_in(name, language)).as_str());
        own.or_else(|| texts.get(format!("{folder}/{name}").as_str())).copied()
    };
    let lesson = match in_language("lesson.md") {
        Some(lesson) if !lesson.trim().is_empty() => lesson.to_owned(),
        _ => {
            mistakes.push(Mistake::of_file(
                &format!("{folder}/lesson.md"),
                say!("it is missing or empty"),
            ));
            String::new()
        }
    };
    if table.dockerfile.is_some() && !texts.contains_key(format!("{folder}/solution.Dockerfile").as_str()) {
        mistakes.push(Mistake::of_file(
            &format!("{folder}/solution.Dockerfile"),
            say!("the file is missing"),
        ));
    }
    let mut solutions = Vec::new();
    for (path, text) in texts.iter() {
        let Some(name) = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        match name {
            "task.toml" | "lesson.md" => {}
            "solution.Dockerfile" => solutions.insert(
                0,
                (
                    table
                        .dockerfile
                        .as_ref()
                        .map_or(name.to_owned(), |name| name.get_ref().clone()),
                    (*text).to_owned(),
                ),
            ),
            "solution.dockerignore" => solutions.push((".dockerignore".to_owned(), (*text).to_owned())),
            "solution.md" => {
                let text = in_language(name).unwrap_or(text);
                solutions.push((name.to_owned(), text.to_owned()));
            }
            _ if named(name).is_some_and(|(name, _)| TRANSLATED.contains(&name.as_str())) => {}
            _ => mistakes.push(Mistake::of_file(
                path,
                say!("no task uses a file with this name, so it would never be read"),
            )),
        }
    }
    if mistakes.len() > before {
        return None;
    }
    if let Some(text) = said.criterion.in_checks(text) {
        // Only texts were replaced in what was read without a mistake.
        table.criterion = parse::<TaskTable>(&file, &text, mistakes)?.criterion;
    }
    for entry in &mut table.criterion {
        said.criterion.apply(entry.get_mut());
    }
    let criteria = self::criteria(&table.criterion, shared);
    Some(Task {
        id: table.id.into_inner(),
        title: said.title.unwrap_or(table.title),
        summary: said.summary.unwrap_or(table.summary),
        learned: said.learned.unwrap_or(table.learned),
        dockerfile: table.dockerfile.map(Spanned::into_inner),
        image: table.image.into_inner(),
        port: table.port,
        from: table.from.map(Spanned::into_inner),
        image_of: table.image_of.map(Spanned::into_inner),
        teaches: table.teaches.into_iter().map(Spanned::into_inner).collect(),
        criteria: criteria.into_iter().flatten().collect(),
        lesson,
        solutions,
    })
}

/// The criteria of a task, each with what it shares, or what is wrong with it.
fn criteria(entries: &[Spanned<Entry>], shared: &Shared) -> Vec<Result<Criterion, String>> {
    entries.iter().map(|entry| entry.get_ref().criterion(shared)).collect()
}

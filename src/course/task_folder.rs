//! Reading a task from its folder.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    check::Criterion,
    course::{
        across_tasks::Claims,
        base_names::base_of,
        entry::{Entry, Shared},
        file::CourseFile,
        grading::is_worth,
        lesson::steps,
        mistake::Mistake,
        parse::parse,
        task::Task,
        translation::{TaskTexts, name_in, named},
        workspace,
    },
    dockerfile::ImageName,
    language::Language,
};

/// The files of a task that other languages have of their own.
const TRANSLATED: [&str; 4] = ["task.toml", "lesson.md", "solution.md", STARTER];
/// What the learner's Dockerfile holds at first.
const STARTER: &str = "starter.Dockerfile";
/// What `dockerlab check` takes in place of a task's id.
const RESERVED: [&str; 2] = ["all", "begun"];

/// `task.toml`: a task and its criteria.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TaskTable {
    /// What the learner types: letters, digits and dashes, once in the course.
    #[schemars(with = "String")]
    id: Spanned<String>,
    /// The title.
    title: String,
    /// What the task is about, in a line.
    summary: String,
    /// What is said once it is passed.
    learned: String,
    /// The name of the learner's Dockerfile. A task without one needs `image-of`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    dockerfile: Option<Spanned<String>>,
    /// The name that the learner's image gets, or that of the image that the task looks at.
    #[schemars(with = "String")]
    image: Spanned<String>,
    /// The port in the container that the app listens on.
    #[schemars(with = "u16")]
    port: Spanned<u16>,
    /// The earlier task whose passed Dockerfile this one starts from.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    from: Option<Spanned<String>>,
    /// The earlier task whose image this one looks at; it builds none of its own.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    image_of: Option<Spanned<String>>,
    /// The codes of the lint rules that the task teaches.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    teaches: Vec<Spanned<String>>,
    /// What the task is worth beside the others when a class is graded, from 0 to 1000: 1 where it is not given.
    #[serde(default)]
    #[schemars(with = "Option<f64>")]
    weight: Option<Spanned<f64>>,
    /// What is checked, in this order.
    #[schemars(with = "Vec<Entry>")]
    criterion: Vec<Spanned<Entry>>,
}

/// What tasks are read from, and what was found out on the way.
pub(super) struct Reading<'a> {
    /// All files of the course by their paths.
    pub(super) course: BTreeMap<&'a str, &'a CourseFile>,
    /// Those with texts, without what workspaces get.
    pub(super) texts: BTreeMap<&'a str, &'a str>,
    /// The language of the course that is wanted.
    pub(super) language: Language,
    /// The shared criteria in English.
    pub(super) english: Shared,
    /// The shared criteria in the language.
    pub(super) said: Shared,
    /// The ids of the shared criteria that tasks use.
    pub(super) used: BTreeSet<String>,
    /// The ids of the tasks so far, also of those that have mistakes.
    pub(super) ids: Vec<String>,
    /// What the tasks so far claim for themselves.
    pub(super) claims: Vec<Claims<'a>>,
    /// All mistakes so far.
    pub(super) mistakes: Vec<Mistake>,
}

/// Reads the task of a folder; none where it has a mistake.
pub(super) fn task<'a>(folder: &'a str, reading: &mut Reading<'a>) -> Option<Task> {
    let Reading {
        course,
        texts,
        language,
        english,
        said: shared,
        used,
        ids,
        claims,
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
    let Some(mut table) = parse::<TaskTable>(&file, text, mistakes) else {
        ids.extend(id_in(text));
        return None;
    };
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
    if RESERVED.contains(&id.as_str()) {
        tell(
            table.id.span().start,
            say!("`id`: `{id}` is a word of `dockerlab check`; choose another"; id),
        );
    }
    if ids.contains(id) {
        tell(table.id.span().start, say!("`id`: another task has the id `{id}`"; id));
    }
    for (key, named) in [("from", &table.from), ("image-of", &table.image_of)] {
        if let Some(named) = named
            && !ids.contains(named.get_ref())
        {
            tell(
                named.span().start,
                say!("`{key}`: there is no earlier task `{}`", named.get_ref(); key),
            );
        }
    }
    ids.push(id.clone());
    if *table.port.get_ref() == 0 {
        tell(
            table.port.span().start,
            say!("`port` is 0, which no app can listen on").to_owned(),
        );
    }
    if let Some(weight) = table.weight.as_ref().filter(|weight| !is_worth(*weight.get_ref())) {
        tell(weight.span().start, worth("weight"));
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
                if criterion.points.is_some_and(|points| !is_worth(points)) {
                    tell(worth("points"));
                }
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
        if let Ok(criterion) = criterion {
            for message in criterion.check.mistakes() {
                tell(format!("`check.{}`: {message}", criterion.check.name()));
            }
            if criterion.hints.last().is_some_and(|hint| !has_gap(hint)) {
                tell(say!("`hints`: the last hint needs a gap, `…`: show how the line is written, and leave its value to the learner").to_owned());
            }
            if let Some(step) = criterion.step
                && let Some(lesson) = texts.get(format!("{folder}/lesson.md").as_str())
                && !lesson.trim().is_empty()
            {
                let steps = steps(lesson).len();
                if step == 0 || step > steps {
                    tell(say!("`step`: {step} is not one of the {steps} numbered steps in lesson.md"; step, steps));
                }
            }
        }
        seen.push(id);
    }
    claims.push(Claims {
        folder,
        text,
        id: id.clone(),
        dockerfile: table
            .dockerfile
            .as_ref()
            .map(|name| (name.get_ref().clone(), name.span().start)),
        image: table
            .image_of
            .is_none()
            .then(|| (table.image.get_ref().clone(), table.image.span().start)),
        criteria: table
            .criterion
            .iter()
            .zip(&criteria)
            .filter_map(|(entry, criterion)| Some((criterion.clone().ok()?, entry.span().start)))
            .collect(),
    });
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
    let starter = in_language(STARTER);
    if starter.is_some() && (table.dockerfile.is_none() || table.from.is_some()) {
        mistakes.push(Mistake::of_file(
            &format!("{folder}/{STARTER}"),
            say!("the task cannot use a starter, because it has `from`, or has no `dockerfile`"),
        ));
    }
    let mut solutions = Vec::new();
    for (path, text) in texts.iter() {
        let Some(name) = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        match name {
            "task.toml" | "lesson.md" | STARTER => {}
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
        port: table.port.into_inner(),
        from: table.from.map(Spanned::into_inner),
        image_of: table.image_of.map(Spanned::into_inner),
        starter: starter.map(str::to_owned),
        adds: workspace::files(course, &format!("{folder}/"), language, BTreeMap::new()),
        teaches: table.teaches.into_iter().map(Spanned::into_inner).collect(),
        weight: table.weight.map_or(1.0, Spanned::into_inner),
        criteria: criteria.into_iter().flatten().collect(),
        lesson,
        solutions,
    })
}

/// The id in a file that cannot be read as a whole.
fn id_in(text: &str) -> Option<String> {
    let table = toml::de::DeTable::parse(text).ok()?;
    Some(table.get_ref().get("id")?.get_ref().as_str()?.to_owned())
}

/// Whether a hint leaves something to the learner.
fn has_gap(hint: &str) -> bool {
    ["…", "...", "__"].iter().any(|gap| hint.contains(gap))
}

fn worth(key: &str) -> String {
    say!("`{key}` must be a number from 0 to 1000"; key)
}

/// The criteria of a task, each with what it shares, or what is wrong with it.
fn criteria(entries: &[Spanned<Entry>], shared: &Shared) -> Vec<Result<Criterion, String>> {
    entries.iter().map(|entry| entry.get_ref().criterion(shared)).collect()
}

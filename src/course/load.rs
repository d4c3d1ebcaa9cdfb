//! Reading a course, with every mistake told by file, line and key.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use crate::{
    check::Criterion,
    course::{
        embedded,
        task::{Course, Task},
        translation::{CourseTexts, TaskTexts, name_in, named},
    },
    language::Language,
};

/// A file of a course.
#[derive(Debug, Clone)]
pub struct CourseFile {
    /// Path below the course's folder, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The files of a task that other languages have of their own.
const TRANSLATED: [&str; 3] = ["task.toml", "lesson.md", "solution.md"];

/// A mistake in a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Path below the course's folder.
    pub file: String,
    /// Line, from 1, when there is one.
    pub line: Option<usize>,
    /// Column, from 1, when there is one.
    pub column: Option<usize>,
    /// What is wrong: a lower-case fragment.
    pub message: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CourseTable {
    title: String,
    welcome: String,
    farewell: String,
}

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
    criterion: Vec<Spanned<Criterion>>,
}

impl Course {
    /// The course that is built into the program, in a language.
    ///
    /// # Errors
    /// The mistakes in it; a test holds that there are none.
    pub fn embedded(language: Language) -> Result<Self, Vec<Mistake>> {
        load(&embedded::course_files(), language)
    }
}

/// Reads a course from its files, in a language; what has no translation stays English. Mistakes are found in all of
/// its languages.
///
/// # Errors
/// Every mistake that was found, in the order of the files.
pub fn load(files: &[CourseFile], language: Language) -> Result<Course, Vec<Mistake>> {
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let mut mistakes = Vec::new();
    let about = match texts.get("course.toml") {
        Some(text) => parse::<CourseTable>("course.toml", text, &mut mistakes),
        None => {
            mistakes.push(whole_file(
                "course.toml",
                say!("there is no such file; a course needs its title, welcome and farewell in it"),
            ));
            None
        }
    };
    let mut said = CourseTexts::default();
    for other in Language::ALL {
        let name = name_in("course.toml", other);
        if let Some(text) = texts.get(name.as_str())
            && let Some(read) = parse::<CourseTexts>(&name, text, &mut mistakes)
            && other == language
        {
            said = read;
        }
    }
    let folders: BTreeSet<&str> = texts
        .keys()
        .filter_map(|path| path.split_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    let mut tasks: Vec<Task> = Vec::new();
    for folder in folders {
        let found = task(folder, &texts, &tasks, language, &mut mistakes);
        tasks.extend(found);
    }
    if tasks.is_empty() && mistakes.is_empty() {
        mistakes.push(whole_file(
            "course.toml",
            say!("the course has no task: each is a folder with a task.toml"),
        ));
    }
    match about {
        Some(about) if mistakes.is_empty() => Ok(Course {
            title: said.title.unwrap_or(about.title),
            welcome: said.welcome.unwrap_or(about.welcome),
            farewell: said.farewell.unwrap_or(about.farewell),
            tasks,
        }),
        _ => Err(mistakes),
    }
}

fn task(
    folder: &str,
    texts: &BTreeMap<&str, &str>,
    earlier: &[Task],
    language: Language,
    mistakes: &mut Vec<Mistake>,
) -> Option<Task> {
    let file = format!("{folder}/task.toml");
    let Some(text) = texts.get(file.as_str()) else {
        mistakes.push(whole_file(
            &file,
            say!("there is no such file; each folder of a course is a task"),
        ));
        return None;
    };
    let mut table = parse::<TaskTable>(&file, text, mistakes)?;
    let before = mistakes.len();
    let mut said = TaskTexts::default();
    for other in Language::ALL {
        let name = format!("{folder}/{}", name_in("task.toml", other));
        let Some(translated) = texts.get(name.as_str()) else {
            continue;
        };
        let Some(read) = parse::<TaskTexts>(&name, translated, mistakes) else {
            continue;
        };
        let criteria: Vec<&Criterion> = table.criterion.iter().map(Spanned::get_ref).collect();
        mistakes.extend(read.mistakes(&name, translated, &criteria, text));
        if other == language {
            said = read;
        }
    }
    let mut tell = |at: usize, message: String| mistakes.push(at_offset(&file, text, at, message));

    let id = table.id.get_ref();
    if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        tell(
            table.id.span().start,
            say!("`id`: `{id}` may hold letters, digits and dashes only"; id),
        );
    }
    if earlier.iter().any(|task| &task.id == id) {
        tell(table.id.span().start, say!("`id`: another task is called `{id}`"; id));
    }
    for (key, named) in [("from", &table.from), ("image-of", &table.image_of)] {
        if let Some(named) = named
            && !earlier.iter().any(|task| &task.id == named.get_ref())
        {
            tell(
                named.span().start,
                say!("`{key}`: no earlier task is called `{}`", named.get_ref(); key),
            );
        }
    }
    for code in &table.teaches {
        if crate::lint::rule(code.get_ref()).is_none() {
            tell(
                code.span().start,
                say!("`teaches`: there is no rule `{}`", code.get_ref()),
            );
        }
    }
    if let Some(name) = &table.dockerfile
        && (name.get_ref().is_empty() || name.get_ref().contains(['/', '\\']) || name.get_ref().starts_with('.'))
    {
        tell(
            name.span().start,
            say!("`dockerfile`: `{}` is no plain file name", name.get_ref()),
        );
    }
    if table.dockerfile.is_none() && table.image_of.is_none() {
        tell(
            table.id.span().start,
            say!("a task has a `dockerfile` or an `image-of`").to_owned(),
        );
    }
    if crate::dockerfile::ImageName::parse(table.image.get_ref()).is_err() {
        tell(
            table.image.span().start,
            say!("`image`: `{}` is no image name", table.image.get_ref()),
        );
    }
    let mut seen: Vec<&str> = Vec::new();
    for criterion in &table.criterion {
        let at = criterion.span().start;
        let criterion = criterion.get_ref();
        let mut tell = |message: String| tell(at, say!("criterion `{}`: {message}", criterion.id; message));
        if seen.contains(&criterion.id.as_str()) {
            tell(say!("another criterion has this `id`").to_owned());
        }
        for (key, text) in [
            ("id", &criterion.id),
            ("says", &criterion.says),
            ("why", &criterion.why),
            ("next", &criterion.next),
        ] {
            if text.trim().is_empty() {
                tell(say!("`{key}` is empty"; key));
            }
        }
        for need in &criterion.needs {
            if !seen.contains(&need.as_str()) {
                tell(say!("`needs`: no earlier criterion is called `{need}`"; need));
            }
        }
        if criterion.hints.is_empty() || criterion.hints.iter().any(|hint| hint.trim().is_empty()) {
            tell(say!("`hints` has no hint, or an empty one").to_owned());
        }
        seen.push(&criterion.id);
    }
    // The one in the language, or the English one.
    let in_language = |name: &str| {
        let own = texts.get(format!("{folder}/{}", name_in(name, language)).as_str());
        own.or_else(|| texts.get(format!("{folder}/{name}").as_str())).copied()
    };
    let lesson = match in_language("lesson.md") {
        Some(lesson) if !lesson.trim().is_empty() => lesson.to_owned(),
        _ => {
            mistakes.push(whole_file(
                &format!("{folder}/lesson.md"),
                say!("it is missing or empty"),
            ));
            String::new()
        }
    };
    if table.dockerfile.is_some() && !texts.contains_key(format!("{folder}/solution.Dockerfile").as_str()) {
        mistakes.push(whole_file(
            &format!("{folder}/solution.Dockerfile"),
            say!("there is no such file"),
        ));
    }
    let mut solutions = Vec::new();
    for (path, text) in texts {
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
            _ => mistakes.push(whole_file(
                path,
                say!("no task has a file of that name; it would never be read"),
            )),
        }
    }
    if mistakes.len() > before {
        return None;
    }
    if let Some(text) = said.in_checks(text) {
        // Only texts were replaced in what was read without a mistake.
        table.criterion = parse::<TaskTable>(&file, &text, mistakes)?.criterion;
    }
    for criterion in &mut table.criterion {
        said.apply(criterion.get_mut());
    }
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
        criteria: table.criterion.into_iter().map(Spanned::into_inner).collect(),
        lesson,
        solutions,
    })
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str, mistakes: &mut Vec<Mistake>) -> Option<T> {
    match toml::from_str(text) {
        Ok(table) => Some(table),
        Err(error) => {
            let message = error.message().replace('\n', "; ");
            mistakes.push(match error.span() {
                Some(span) => at_offset(file, text, span.start, message),
                None => whole_file(file, &message),
            });
            None
        }
    }
}

fn at_offset(file: &str, text: &str, offset: usize, message: String) -> Mistake {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Mistake {
        file: file.to_owned(),
        line: Some(line),
        column: Some(column),
        message,
    }
}

pub(super) fn whole_file(file: &str, message: &str) -> Mistake {
    Mistake {
        file: file.to_owned(),
        line: None,
        column: None,
        message: message.to_owned(),
    }
}

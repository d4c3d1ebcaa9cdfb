//! Reading a course, with every mistake told by file, line and key.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::{
    course::{
        across_tasks,
        digest::digest,
        file::CourseFile,
        grading::Grading,
        mistake::Mistake,
        parse::parse,
        shared,
        task::{Course, Task},
        task_folder::{Reading, task},
        templates,
        translation::{CourseTexts, name_in},
        workspace,
    },
    language::Language,
};

/// `course.toml`: what a course says of itself.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CourseTable {
    /// What the course is called on the command line and in workspaces: letters, digits, dashes, dots and underscores.
    #[schemars(with = "String")]
    id: Spanned<String>,
    /// Which edition this is, as you count: "1" where it is not given. Learners are told when it changes.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    version: Option<Spanned<String>>,
    /// The title.
    #[schemars(with = "String")]
    title: Spanned<String>,
    /// What is said at the first start, in paragraphs.
    #[schemars(with = "String")]
    welcome: Spanned<String>,
    /// What is said once every task is passed, in paragraphs.
    #[schemars(with = "String")]
    farewell: Spanned<String>,
    /// The workspace of dockerlab's that the course starts from: "fastapi". Files of the folder `workspace` go before
    /// its files. Without this key, that folder is all.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    workspace: Option<Spanned<String>>,
    /// The rules by which a class is graded.
    #[serde(default)]
    grading: Grading,
}

/// Reads a course from its files, in a language; what has no translation stays English. Mistakes are found in all of
/// its languages.
///
/// # Errors
/// Every mistake that was found, in the order of the files.
pub fn load(files: &[CourseFile], language: Language) -> Result<Course, Vec<Mistake>> {
    let course: BTreeMap<&str, &CourseFile> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut mistakes = Vec::new();
    let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, file) in &course {
        if workspace::split(path).is_some() {
            continue;
        }
        match file.text() {
            Some(text) => {
                texts.insert(path, text);
            }
            None => mistakes.push(Mistake::of_file(path, say!("it is not UTF-8 text"))),
        }
    }
    let about = match texts.get("course.toml") {
        Some(text) => parse::<CourseTable>("course.toml", text, &mut mistakes),
        None => {
            mistakes.push(Mistake::of_file(
                "course.toml",
                say!("the file is missing: a course needs it for its title, welcome and farewell"),
            ));
            None
        }
    };
    let brought = about.as_ref().map_or_else(BTreeMap::new, |about| {
        about_itself(about, &texts, language, &mut mistakes)
    });
    mistakes.extend(workspace::mistakes(&course, &brought));
    if let Some(key) = about.as_ref().and_then(|about| about.grading.wrong_key()) {
        let message = say!("`{key}` must be a number from 0 to 100"; key);
        mistakes.push(Mistake::of_file("course.toml", &message));
    }
    let mut said = CourseTexts::default();
    for other in Language::all() {
        let name = name_in("course.toml", other);
        if let Some(text) = texts.get(name.as_str())
            && let Some(read) = parse::<CourseTexts>(&name, text, &mut mistakes)
            && other == language
        {
            said = read;
        }
    }
    let folders: BTreeSet<&str> = course
        .keys()
        .filter_map(|path| path.split_once('/'))
        .map(|(folder, _)| folder)
        .filter(|folder| !workspace::is_workspace(folder))
        .collect();
    // Without it, every task that uses a criterion of it would seem wrong.
    let Some((english, shared)) = shared::shared(&texts, language, &mut mistakes) else {
        return Err(mistakes);
    };
    let mut reading = Reading {
        course: course.clone(),
        texts: texts.clone(),
        language,
        english,
        said: shared,
        used: BTreeSet::new(),
        ids: Vec::new(),
        claims: Vec::new(),
        mistakes,
    };
    let mut tasks: Vec<Task> = Vec::new();
    for folder in folders {
        let found = task(folder, &mut reading);
        tasks.extend(found);
    }
    let Reading {
        texts,
        english,
        used,
        claims,
        mut mistakes,
        ..
    } = reading;
    mistakes.extend(across_tasks::mistakes(&claims, course.keys().copied()));
    if mistakes.is_empty() {
        mistakes.extend(shared::unused(&texts, &english, &used));
    }
    if tasks.is_empty() && mistakes.is_empty() {
        mistakes.push(Mistake::of_file(
            "course.toml",
            say!("the course has no tasks: each task is a folder with a task.toml"),
        ));
    }
    match about {
        Some(about) if mistakes.is_empty() => Ok(Course {
            id: about.id.into_inner(),
            version: about.version.map_or_else(|| "1".to_owned(), Spanned::into_inner),
            digest: digest(files),
            language,
            title: said.title.unwrap_or_else(|| about.title.into_inner()),
            welcome: said.welcome.unwrap_or_else(|| about.welcome.into_inner()),
            farewell: said.farewell.unwrap_or_else(|| about.farewell.into_inner()),
            grading: about.grading,
            workspace: workspace::files(&course, "", language, brought),
            tasks,
        }),
        _ => Err(mistakes),
    }
}

/// Tells what is wrong with what a course says of itself; the files of the workspace that it names.
fn about_itself(
    about: &CourseTable,
    texts: &BTreeMap<&str, &str>,
    language: Language,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<String, Cow<'static, [u8]>> {
    const FILE: &str = "course.toml";
    let text = texts.get(FILE).copied().unwrap_or_default();
    let mut tell = |at: usize, message: String| mistakes.push(Mistake::at(FILE, text, at, message));
    for (key, named) in [("id", Some(&about.id)), ("version", about.version.as_ref())] {
        let Some(named) = named else { continue };
        let value = named.get_ref();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        if value.len() > 64 || !value.starts_with(|c: char| c.is_ascii_alphanumeric()) || !value.chars().all(is_plain) {
            tell(
                named.span().start,
                say!("`{key}`: `{value}` may contain only letters, digits, dashes, dots and underscores"; key, value),
            );
        }
    }
    for (key, value) in [
        ("title", &about.title),
        ("welcome", &about.welcome),
        ("farewell", &about.farewell),
    ] {
        if value.get_ref().trim().is_empty() {
            tell(value.span().start, say!("`{key}` is empty"; key));
        }
    }
    let Some(named) = &about.workspace else {
        return BTreeMap::new();
    };
    let names = templates::names();
    if !names.contains(&named.get_ref().as_str()) {
        tell(
            named.span().start,
            say!(
                "`workspace`: dockerlab brings no workspace called `{}`, only {}; put files of your own into the folder `workspace`",
                named.get_ref(),
                names.join(", ")
            ),
        );
    }
    templates::workspace(named.get_ref(), language)
}

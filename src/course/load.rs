//! Reading a course, with every mistake told by file, line and key.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::{
    course::{
        file::CourseFile,
        mistake::{Mistake, parse},
        shared,
        task::{Course, Task},
        task_folder::{Reading, task},
        translation::{CourseTexts, name_in},
    },
    language::Language,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CourseTable {
    title: String,
    welcome: String,
    farewell: String,
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
            mistakes.push(Mistake::of_file(
                "course.toml",
                say!("the file is missing: a course needs it for its title, welcome and farewell"),
            ));
            None
        }
    };
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
    let folders: BTreeSet<&str> = texts
        .keys()
        .filter_map(|path| path.split_once('/'))
        .map(|(folder, _)| folder)
        .collect();
    // Without it, every task that uses a criterion of it would seem wrong.
    let Some((english, shared)) = shared::shared(&texts, language, &mut mistakes) else {
        return Err(mistakes);
    };
    let mut reading = Reading {
        texts: texts.clone(),
        language,
        english,
        said: shared,
        used: BTreeSet::new(),
        mistakes,
    };
    let mut tasks: Vec<Task> = Vec::new();
    for folder in folders {
        let found = task(folder, &tasks, &mut reading);
        tasks.extend(found);
    }
    let Reading {
        texts,
        english,
        used,
        mut mistakes,
        ..
    } = reading;
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
            title: said.title.unwrap_or(about.title),
            welcome: said.welcome.unwrap_or(about.welcome),
            farewell: said.farewell.unwrap_or(about.farewell),
            tasks,
        }),
        _ => Err(mistakes),
    }
}

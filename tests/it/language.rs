//! Every text is in each language that is complete, and which language is spoken.

use std::{collections::BTreeMap, fs, path::Path};

use dockerlab::{
    course::{Course, Task, built_in, steps},
    language::Language,
};

use crate::support::{place, repository};

/// The languages that promise a translation of every text.
fn complete() -> impl Iterator<Item = Language> {
    Language::all().filter(|language| language.is_complete()).skip(1)
}

/// A language's texts and nouns.
fn catalogue(language: Language) -> (BTreeMap<String, String>, Vec<String>) {
    let table: toml::Table = toml::from_str(language.file("texts.toml").unwrap()).unwrap();
    let texts = table["texts"].as_table().unwrap();
    let texts = texts
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    let nouns = table.get("nouns").and_then(toml::Value::as_table);
    (texts, nouns.into_iter().flat_map(toml::Table::keys).cloned().collect())
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// A string literal at the beginning of a text, as the program sees it.
fn literal(text: &str) -> Option<String> {
    let mut characters = text.strip_prefix('"')?.chars().peekable();
    let mut read = String::new();
    loop {
        match characters.next()? {
            '"' => return Some(read),
            '\\' => match characters.next()? {
                'n' => read.push('\n'),
                't' => read.push('\t'),
                '\n' => while characters.next_if(|c| c.is_whitespace()).is_some() {},
                other => read.push(other),
            },
            other => read.push(other),
        }
    }
}

/// What stands behind each `opening`, where that is a string literal, with its file.
fn literals(opening: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    sources(&repository().join("src"), &mut files);
    let mut found = Vec::new();
    for (path, text) in files {
        if path.ends_with("src/language.rs") {
            continue;
        }
        for (at, _) in text.match_indices(opening) {
            let behind = text[at + opening.len()..].trim_start();
            found.extend(literal(behind).map(|literal| (path.clone(), literal)));
        }
    }
    found
}

/// The gaps of a text: the named ones sorted, and how many have no name.
fn gaps(text: &str) -> (Vec<String>, usize) {
    let text = text.replace("{{", "").replace("}}", "");
    let mut named: Vec<String> = text
        .split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0.to_owned()))
        .collect();
    let all = named.len();
    named.retain(|name| !name.is_empty());
    named.sort();
    (named.clone(), all - named.len())
}

#[test]
fn every_text_of_the_program_is_in_each_complete_language() {
    assert!(complete().any(|language| language.code() == "fr"));
    let said = literals("say!(");
    assert!(said.len() > 600, "{}", said.len());
    let mut nouns = Vec::new();
    for language in complete() {
        let (texts, own_nouns) = catalogue(language);
        nouns.push((language, own_nouns));
        let missing: Vec<_> = said.iter().filter(|(_, text)| !texts.contains_key(text)).collect();
        assert!(missing.is_empty(), "not in {}: {missing:#?}", language.code());
    }
    let mut files = Vec::new();
    sources(&repository().join("src"), &mut files);
    for (path, text) in &files {
        for (at, opening) in text.match_indices("quantity::count(") {
            // The noun is the last argument: the last literal before the call's own end.
            let behind = &text[at + opening.len()..];
            let mut depth = 1;
            let end = behind
                .char_indices()
                .find(|(_, c)| {
                    depth += i32::from(*c == '(') - i32::from(*c == ')');
                    depth == 0
                })
                .map(|(index, _)| index);
            let call = &behind[..end.unwrap()];
            if let Some(start) = call.trim_end_matches([',', '\n', ' ']).strip_suffix('"') {
                let noun = &start[start.rfind('"').unwrap() + 1..];
                for (language, nouns) in &nouns {
                    assert!(
                        nouns.iter().any(|known| known == noun),
                        "{path}: no noun for {noun:?} in {}",
                        language.code()
                    );
                }
            }
        }
    }
}

#[test]
fn a_translation_has_the_gaps_of_its_text() {
    for language in Language::all().skip(1) {
        for (english, other) in &catalogue(language).0 {
            assert_eq!(gaps(english), gaps(other), "{english:?} -> {other:?}");
            assert!(!other.trim().is_empty() || english.trim().is_empty(), "{english:?}");
            let edges = |text: &str| (text.starts_with(' '), text.ends_with(' '));
            assert_eq!(edges(english), edges(other), "{english:?} -> {other:?}");
        }
    }
}

#[test]
fn the_catalogue_has_nothing_that_is_said_no_more() {
    let mut files = Vec::new();
    sources(&repository().join("src"), &mut files);
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said: Vec<String> = literals("say!(").into_iter().map(|(_, text)| text).collect();
    let all: String = files
        .iter()
        .map(|(_, text)| {
            let text = text.replace("///", "").replace("\\n", " ").replace("\\\n", " ");
            flat(&text.replace(r"\\", r"\"))
        })
        .collect();
    for text in Language::all()
        .skip(1)
        .flat_map(|language| catalogue(language).0.into_keys())
    {
        let beginning: String = flat(&text).chars().take(40).collect();
        assert!(
            said.contains(&text) || all.contains(&beginning),
            "nothing says {text:?} any more"
        );
    }
}

/// The code blocks of a page, comments left out.
fn code(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    for (index, part) in text.split("```").enumerate() {
        // The words in a figure are translated.
        if index % 2 == 1 && !part.starts_with("figure") {
            let lines = part
                .lines()
                .map(|line| line.split(" #").next().unwrap_or_default().trim_end());
            let kept: Vec<&str> = lines.filter(|line| !line.trim_start().starts_with('#')).collect();
            blocks.push(kept.join("\n"));
        }
    }
    blocks
}

fn headings(text: &str) -> Vec<usize> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.chars().take_while(|c| *c == '#').count())
        .collect()
}

#[test]
fn every_text_of_the_courses_is_in_each_complete_language() {
    for course in &built_in::ALL {
        let english = course.course(Language::ENGLISH).unwrap();
        for language in complete() {
            has_the_texts_of(&course.course(language).unwrap(), &english);
        }
    }
}

/// Holds that a translated course says everything that the English one says, in other words.
fn has_the_texts_of(translated: &Course, english: &Course) {
    assert_ne!(english.title, translated.title);
    assert_ne!(english.welcome, translated.welcome);
    assert_ne!(english.farewell, translated.farewell);
    for (one, other) in english.tasks.iter().zip(&translated.tasks) {
        let id = &one.id;
        let texts = |task: &Task| {
            let mut texts = vec![
                task.title.clone(),
                task.summary.clone(),
                task.learned.clone(),
                task.lesson.clone(),
            ];
            for criterion in &task.criteria {
                texts.extend([criterion.says.clone(), criterion.why.clone(), criterion.next.clone()]);
                texts.extend(criterion.hints.iter().filter(|hint| hint.contains(' ')).cloned());
            }
            texts
        };
        let (said, dit) = (texts(one), texts(other));
        assert_eq!(said.len(), dit.len(), "task {id}");
        let same: Vec<&String> = said
            .iter()
            .filter(|text| dit.contains(text) && !is_code(text))
            .collect();
        assert!(same.is_empty(), "task {id}: {same:#?}");
        assert_eq!(steps(&one.lesson).len(), steps(&other.lesson).len(), "task {id}");
        assert_eq!(code(&one.lesson), code(&other.lesson), "task {id}");
        assert_eq!(headings(&one.lesson), headings(&other.lesson), "task {id}");
        assert_eq!(one.solutions.len(), other.solutions.len(), "task {id}");
        assert_eq!(one.dockerfile, other.dockerfile, "task {id}");
    }
}

/// Whether a text is nothing but code, which has no language.
fn is_code(text: &str) -> bool {
    text.split('`')
        .step_by(2)
        .all(|outside| !outside.chars().any(char::is_alphabetic))
}

#[test]
fn every_kinds_page_is_in_each_complete_language() {
    for language in complete() {
        for (name, page) in dockerlab::check::criteria::PAGES {
            let translated = language.file(&format!("kinds/{name}.md"));
            let translated = translated.unwrap_or_else(|| panic!("no page of `{name}` in {}", language.code()));
            assert_ne!(*page, translated, "{name}");
            assert_eq!(headings(page), headings(translated), "{name}");
            assert_eq!(code(page).len(), code(translated).len(), "{name}");
        }
    }
}

#[test]
fn the_language_is_chosen_by_flag_environment_setting_or_locale() {
    let place = place(None);
    let french = "espace de travail";
    let run = |folder: &Path, arguments: &[&str], variables: &[(&str, &str)]| {
        let output = place
            .command(folder, arguments)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
        )
    };
    let dir = place.dir.path();
    let says = |arguments: &[&str], variables: &[(&str, &str)]| run(dir, arguments, variables).1.contains(french);
    assert!(!says(&["status"], &[]));
    assert!(says(&["--lang", "fr", "status"], &[]));
    assert!(says(&["status", "--lang=fr"], &[]));
    assert!(says(&["status"], &[("DOCKERLAB_LANG", "fr")]));
    assert!(says(&["status"], &[("LANG", "fr_FR.UTF-8")]));
    assert!(!says(&["status"], &[("LC_ALL", "C"), ("LANG", "fr_FR.UTF-8")]));
    assert!(!says(&["status", "--lang", "en"], &[("DOCKERLAB_LANG", "fr")]));
    let (code, told) = run(dir, &["--lang", "tlh", "status"], &[]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("dockerlab has no language `tlh`"), "{told}");

    // A person's own setting, then the workspace's, which goes before it.
    assert_eq!(run(dir, &["config", "language", "fr", "--global"], &[]).0, Some(0));
    assert!(says(&["status"], &[]));
    assert_eq!(run(dir, &["start", "ws"], &[]).0, Some(0));
    let ws = dir.join("ws");
    assert!(fs::read_to_string(ws.join("README.md")).unwrap().contains("tâche"));
    assert_eq!(run(&ws, &["config", "language", "en"], &[]).0, Some(0));
    assert!(run(&ws, &["status"], &[]).1.contains("tasks passed"));
    let (code, told) = run(&ws, &["config", "language", "xx"], &[]);
    assert_eq!((code, told.contains("has no language `xx`")), (Some(2), true), "{told}");
    fs::write(ws.join(".dockerlab/settings.toml"), "langage = \"fr\"\n").unwrap();
    let (code, told) = run(&ws, &["status"], &[]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("settings.toml:1"), "{told}");
}

#[test]
fn help_mistakes_and_verdicts_are_said_in_french_and_json_stays_as_it_is() {
    let place = place(None);
    let run = |arguments: &[&str]| {
        let folder = if place.root().exists() {
            place.root()
        } else {
            place.dir.path().to_owned()
        };
        let output = place
            .command(&folder, arguments)
            .env("DOCKERLAB_LANG", "fr")
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, help, _) = run(&["--help"]);
    assert_eq!(code, Some(0));
    for english in ["Usage:", "Commands:", "Print help", "Build a task"] {
        assert!(!help.contains(english), "{english}: {help}");
    }
    let (code, help, _) = run(&["help", "check"]);
    assert_eq!(code, Some(0), "{help}");
    assert!(help.contains("json") && !help.contains("Judge from"), "{help}");
    let (code, _, told) = run(&["chek"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("`check`") && !told.contains("unknown"), "{told}");
    assert_eq!(run(&["start", "ws"]).0, Some(0));
    place.put("Dockerfile-task-1", "FROM busybox\nENV DEBIAN_FRONTEND=x\n");
    let (code, told, _) = run(&["check", "1", "--static"]);
    assert_eq!(code, Some(1), "{told}");
    for english in ["FAIL", "expected", "found", "Fix what", "the image is based on"] {
        assert!(!told.contains(english), "{english}: {told}");
    }
    let (_, json, _) = run(&["check", "1", "--static", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["schema"], "dockerlab/check/1");
    assert!(json.contains("\"fail\""), "{json}");
}

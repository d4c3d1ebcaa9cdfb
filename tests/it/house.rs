//! The plan of the house, held to by reading the imports.

use std::{collections::BTreeMap, fs, path::Path};

use crate::support::repository;

/// What each part may import of ours; `language` is open to all.
const MAY: &[(&str, &[&str])] = &[
    ("language", &[]),
    ("words", &["language"]),
    ("exit", &[]),
    ("interrupt", &[]),
    ("build_context", &[]),
    ("error", &["exit"]),
    ("settings", &[]),
    ("program", &[]),
    ("clean", &[]),
    ("regular_file", &[]),
    ("dockerfile", &[]),
    ("image", &[]),
    ("lint", &["dockerfile", "words"]),
    ("check", &["dockerfile", "image", "lint", "words"]),
    ("course", &["check", "dockerfile", "lint"]),
    ("progress", &["check"]),
    ("proof", &["check", "course"]),
    (
        "engine",
        &["build_context", "check", "dockerfile", "error", "interrupt", "program"],
    ),
    (
        "disk",
        &[
            "build_context",
            "check",
            "course",
            "dockerfile",
            "error",
            "image",
            "interrupt",
            "progress",
            "proof",
            "regular_file",
            "words",
        ],
    ),
    (
        "output",
        &[
            "check",
            "clean",
            "course",
            "dockerfile",
            "error",
            "image",
            "lint",
            "progress",
            "proof",
            "words",
        ],
    ),
    (
        "terminal",
        &["clean", "engine", "error", "image", "interrupt", "output", "words"],
    ),
    (
        "judging",
        &[
            "check",
            "course",
            "disk",
            "dockerfile",
            "engine",
            "error",
            "exit",
            "image",
            "interrupt",
            "lint",
            "output",
            "progress",
            "settings",
            "terminal",
            "words",
        ],
    ),
];

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The parts that a source names after `crate::`, braces looked into.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + 7..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = true;
            for (index, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => start = true,
                    c if start && (c.is_alphabetic() || c == '_') => {
                        found.push(
                            group[index..]
                                .chars()
                                .take_while(|c| c.is_alphanumeric() || *c == '_')
                                .collect(),
                        );
                        start = false;
                    }
                    _ => {}
                }
            }
        } else {
            found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

#[test]
fn imports_run_one_way() {
    let src = repository().join("src");
    let may: BTreeMap<&str, &[&str]> = MAY.iter().copied().collect();
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(files.len() > 60, "{}", files.len());
    let prefix = format!("{}/", src.display());
    for (path, text) in &files {
        let part = path.strip_prefix(&prefix).unwrap().split(['/', '.']).next().unwrap();
        let Some(allowed) = may.get(part) else {
            assert!(
                ["lib", "main", "cli", "commands"].contains(&part),
                "{path} is in no part of the house"
            );
            continue;
        };
        assert!(!text.contains("super::super"), "{path} climbs with super::super");
        for import in imports(text) {
            assert!(
                import == part || import == "language" || allowed.contains(&import.as_str()),
                "{path} imports crate::{import}, which stands above {part} or beside it"
            );
        }
    }
}

#[test]
fn the_core_asks_nothing_of_the_world() {
    let mut files = Vec::new();
    for part in ["dockerfile", "image", "lint", "check", "course"] {
        sources(&repository().join("src").join(part), &mut files);
    }
    // What bounds the time of a test is no part of the core.
    files.retain(|(path, _)| !path.contains("/tests/"));
    for (path, text) in &files {
        for banned in [
            "std::fs",
            "std::env",
            "std::net",
            "std::time::SystemTime",
            "Instant::now",
            "tokio",
            "bollard",
            "println!",
        ] {
            assert!(!text.contains(banned), "{path} uses {banned}");
        }
    }
}

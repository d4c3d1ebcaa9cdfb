//! What `.dockerignore` keeps out, beside Docker's own client: the files that it sends of generated folders.
//!
//! One build takes many folders, each as a named context with a `.dockerignore` of its own. The client is buildx, as
//! `scripts/engine` installs it. Each run compares 60 folders, `scripts/test long` 2,040.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use dockerlab::{
    build_context::BuildContext as _,
    disk::{Context, Workspace},
    dockerfile::{Ignore, Walk},
};

use crate::support::{Dice, buildx, current};

/// How many folders one build takes: each is a layer.
const TOGETHER: usize = 60;

const NAMES: &[&str] = &[
    "a", "b", "ab", "build", "libs", "app.jar", "x.txt", ".git", "é", "c d", "b]",
];

/// Parts of patterns, those of names among them.
const PARTS: &[&str] = &[
    "a", "b", "ab", "build", "libs", "app.jar", "x.txt", ".git", "é", "c d", "*", "**", "*", "**", "?", "a*", "*b",
    "*.txt", "**b", "a**", "[ab]", "[^a]", "b\\]", "\\a", ".", "..", "*.*", "?b", "[a-c]*", "a?",
];

/// Fills a folder: a few names, folders in each other up to four deep.
fn fill(dice: &mut Dice, folder: &Path, depth: usize) {
    for _ in 0..=dice.below(4) {
        let path = folder.join(dice.one::<&str>(NAMES));
        if depth < 3 && dice.below(2) == 0 {
            if !path.exists() {
                fs::create_dir(&path).unwrap();
            }
            if path.is_dir() {
                fill(dice, &path, depth + 1);
            }
        } else if !path.exists() {
            fs::write(path, "x").unwrap();
        }
    }
}

/// A `.dockerignore` that Docker accepts.
fn ignore(dice: &mut Dice) -> String {
    loop {
        let mut text = String::new();
        for _ in 0..=dice.below(5) {
            let exception = if dice.below(5) < 2 { "!" } else { "" };
            let parts: Vec<&str> = (0..=dice.below(3)).map(|_| *dice.one::<&str>(PARTS)).collect();
            let start = dice.one::<&str>(&["", "", "", "", "/", "./"]);
            let end = dice.one::<&str>(&["", "", "", "", "/", "/**", "/*"]);
            writeln!(text, "{exception}{start}{}{end}", parts.join("/")).unwrap();
        }
        if Ignore::parse(&text).1.is_empty() {
            return text;
        }
    }
}

/// What Docker's client sends of each folder.
fn theirs(host: &str, folders: &[PathBuf], scratch: &Path) -> Vec<BTreeSet<String>> {
    let mut dockerfile = String::from("FROM scratch\n");
    let mut build = Command::new(buildx());
    for (index, folder) in folders.iter().enumerate() {
        writeln!(dockerfile, "COPY --from=c{index} . /{index}/").unwrap();
        build.arg(format!("--build-context=c{index}={}", folder.display()));
    }
    fs::write(scratch.join("Dockerfile"), dockerfile).unwrap();
    let tar = scratch.join("image.tar");
    let mut command = Command::new(buildx());
    command.arg("build").args(build.get_args());
    let ran = command
        .args(["--quiet", "--output"])
        .arg(format!("type=tar,dest={}", tar.display()))
        .arg(scratch)
        .env("DOCKER_HOST", host)
        .env("BUILDX_CONFIG", scratch)
        .env("DOCKER_CONFIG", scratch)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut found = vec![BTreeSet::new(); folders.len()];
    let mut archive = tar::Archive::new(fs::File::open(tar).unwrap());
    for entry in archive.entries().unwrap() {
        let path = String::from_utf8(entry.unwrap().path_bytes().into_owned()).unwrap();
        let path = path.trim_start_matches("./").trim_end_matches('/');
        if let Some((folder, rest)) = path.split_once('/') {
            found[folder.parse::<usize>().unwrap()].insert(rest.to_owned());
        }
    }
    found
}

#[test]
#[ignore = "needs an engine with BuildKit, and buildx"]
fn the_files_that_are_sent_are_those_that_docker_sends() {
    compare(1);
}

#[test]
#[ignore = "needs an engine with BuildKit, buildx, and five minutes"]
fn the_files_that_are_sent_are_those_that_docker_sends_at_length() {
    compare(34);
}

#[track_caller]
fn compare(builds: usize) {
    let engine = current();
    let pairs = builds * TOGETHER;
    let mut dice = Dice::new(5);
    let mut different = Vec::new();
    for _ in 0..builds {
        let place = tempfile::tempdir().unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let mut folders = Vec::new();
        let mut ours: Vec<BTreeSet<String>> = Vec::new();
        for index in 0..TOGETHER {
            let folder = place.path().join(index.to_string());
            fs::create_dir(&folder).unwrap();
            fill(&mut dice, &folder, 0);
            let text = match (folders.len(), dice.below(40)) {
                (0, _) => "*\n!build/libs/app.jar\n**/build\n".to_owned(),
                _ => ignore(&mut dice),
            };
            fs::write(folder.join(".dockerignore"), text).unwrap();
            let workspace = Workspace::make(&folder).unwrap();
            let context = Context::scan(&workspace, Some("Dockerfile"), Walk::BuildKit).unwrap();
            fs::remove_dir_all(folder.join(".dockerlab")).unwrap();
            ours.push(context.entries().iter().map(|entry| entry.path.clone()).collect());
            folders.push(folder);
        }
        for ((folder, ours), theirs) in folders
            .iter()
            .zip(&ours)
            .zip(theirs(&engine.host, &folders, scratch.path()))
        {
            if *ours != theirs {
                let text = fs::read_to_string(folder.join(".dockerignore")).unwrap();
                let surplus: Vec<_> = ours.difference(&theirs).collect();
                let missing: Vec<_> = theirs.difference(ours).collect();
                different.push(format!(
                    "{text}  sent by us alone {surplus:?}\n  by docker alone {missing:?}"
                ));
            }
        }
    }
    different.sort_by_key(String::len);
    let first: Vec<_> = different.iter().take(8).cloned().collect();
    assert!(
        different.is_empty(),
        "{} of {pairs} differ\n{}",
        different.len(),
        first.join("\n")
    );
}

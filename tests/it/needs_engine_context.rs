//! What `.dockerignore` keeps out, beside Docker's own client: the files that it sends of generated folders.
//!
//! One build takes many folders, each as a named context with a `.dockerignore` of its own. The client is buildx, as
//! `scripts/engine` installs it. Each run compares 60 folders, `scripts/test long` 2,040.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fmt::Write as _,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    path::{Path, PathBuf},
    process::Command,
};

use dockerlab::{
    build_context::{BuildContext as _, Entry, EntryKind},
    disk::{Context, Workspace},
    dockerfile::{Ignore, Walk},
    lint::{Config, Facts, Family, lint},
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

/// What is sent by path: a file's length, none for a folder.
type Sent = BTreeMap<String, Option<u64>>;

/// What Docker's client sends of each folder; none if it refuses one.
fn theirs(host: &str, folders: &[PathBuf], scratch: &Path) -> Option<Vec<Sent>> {
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
    if !ran.status.success() {
        return None;
    }
    let mut found = vec![Sent::new(); folders.len()];
    let mut archive = tar::Archive::new(fs::File::open(tar).unwrap());
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        let size = entry.header().entry_type().is_file().then_some(entry.size());
        let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let path = path.trim_start_matches("./").trim_end_matches('/');
        if let Some((folder, rest)) = path.split_once('/') {
            found[folder.parse::<usize>().unwrap()].insert(rest.to_owned(), size);
        }
    }
    Some(found)
}

/// What we send of a folder.
fn ours(folder: &Path) -> Option<(Context, Sent)> {
    let workspace = Workspace::make(folder).unwrap();
    let context = Context::scan(&workspace, Some("Dockerfile"), Walk::BuildKit);
    fs::remove_dir_all(folder.join(".dockerlab")).unwrap();
    let context = context.ok()?;
    let size = |entry: &Entry| match entry.kind {
        EntryKind::File { size } => Some(size),
        _ => None,
    };
    let sent = context
        .entries()
        .iter()
        .map(|entry| (entry.path.clone(), size(entry)))
        .collect();
    Some((context, sent))
}

/// All that is in a folder, and whether it is a folder itself.
fn tree(folder: &Path, below: &str, found: &mut Vec<(String, bool)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().into_string().unwrap());
        let is_folder = entry.path().is_dir();
        if is_folder {
            tree(&entry.path(), &format!("{path}/"), found);
        }
        found.push((path, is_folder));
    }
}

/// Where `CopyIgnoredFile` is wrong about a folder of which these files are sent: it reports a source of which something
/// is sent, or is silent about a file that is not, where no exception could let it in.
fn misjudged(folder: &Path, ignore: &str, sent: &Sent) -> Vec<String> {
    let mut paths = Vec::new();
    tree(folder, "", &mut paths);
    let mut text = String::from("FROM scratch\n");
    for (path, _) in &paths {
        writeln!(text, "COPY {}", serde_json::json!([path, "/to/"])).unwrap();
    }
    let config = Config {
        families: vec![Family::BuildKit],
        ..Config::default()
    };
    let facts = Facts {
        ignore: Some(Ignore::parse(ignore).0),
        ..Facts::default()
    };
    let findings = lint(&text, &config, &facts);
    let is_reported = |index: usize| {
        findings
            .iter()
            .any(|finding| finding.code == "CopyIgnoredFile" && finding.line as usize == index + 2)
    };
    let is_sent = |path: &String| {
        let below = format!("{path}/");
        sent.keys().any(|one| one == path || one.starts_with(&below))
    };
    let wrong = |index: usize, (path, is_folder): &(String, bool)| match (is_reported(index), is_sent(path)) {
        (true, true) => Some(format!("{path} is reported, and sent")),
        (false, false) if !is_folder && !ignore.contains('!') => Some(format!("{path} is not reported, nor sent")),
        _ => None,
    };
    paths
        .iter()
        .enumerate()
        .filter_map(|(index, path)| wrong(index, path))
        .collect()
}

#[test]
#[ignore = "needs an engine with BuildKit, and buildx"]
fn odd_names_links_and_pipes_are_sent_as_docker_sends_them() {
    let engine = current();
    let scratch = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("ignore"), "a\n").unwrap();
    let sent = |make: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "x").unwrap();
        make(folder.path());
        let folders = [folder.path().to_path_buf()];
        let theirs = theirs(&engine.host, &folders, scratch.path()).map(|mut all| all.remove(0));
        (ours(folder.path()), theirs)
    };
    let odd = |folder: &Path, ignore: &str| {
        let name = folder.join(OsStr::from_bytes(b"odd\xff"));
        fs::create_dir(&name).unwrap();
        fs::write(name.join("x"), "x").unwrap();
        fs::write(folder.join(".dockerignore"), ignore).unwrap();
    };
    for ignore in ["odd*\n", "odd?\n", "*\n!a\n"] {
        let (ours, theirs) = sent(&|folder| odd(folder, ignore));
        assert_eq!(ours.map(|(_, sent)| sent), Some(theirs.unwrap()), "{ignore}");
    }
    for ignore in ["", "a\n", "odd*\n!**/x\n"] {
        let (ours, theirs) = sent(&|folder| odd(folder, ignore));
        assert!(ours.is_none() && theirs.is_none(), "{ignore}");
    }
    for target in [
        outside.path().join("ignore"),
        "b".into(),
        "/b".into(),
        ".dockerignore".into(),
    ] {
        let (ours, theirs) = sent(&|folder| {
            fs::write(folder.join("b"), "a\n").unwrap();
            symlink(&target, folder.join(".dockerignore")).unwrap();
        });
        assert_eq!(ours.map(|(_, sent)| sent), theirs, "{target:?}");
    }
    // Docker sends a pipe as it is. We leave it out, and say so.
    let (ours, theirs) = sent(&|folder| {
        let made = Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap();
        assert!(made.success());
    });
    let ((context, mut sent), theirs) = (ours.unwrap(), theirs.unwrap());
    assert_eq!(context.special(), ["pipe"]);
    sent.insert("pipe".to_owned(), None);
    assert_eq!(sent, theirs);
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
        let mut ours: Vec<Sent> = Vec::new();
        for index in 0..TOGETHER {
            let folder = place.path().join(index.to_string());
            fs::create_dir(&folder).unwrap();
            fill(&mut dice, &folder, 0);
            if index == 0 && !folder.join("build").exists() {
                fs::create_dir_all(folder.join("build/libs")).unwrap();
                fs::write(folder.join("build/libs/app.jar"), "x").unwrap();
            }
            let text = match (folders.len(), dice.below(40)) {
                // Docker lists the jar, and sends no byte of it.
                (0, _) => "*\n!build/libs/app.jar\n**/build\n".to_owned(),
                _ => ignore(&mut dice),
            };
            fs::write(folder.join(".dockerignore"), text).unwrap();
            ours.push(self::ours(&folder).unwrap().1);
            folders.push(folder);
        }
        for ((folder, ours), theirs) in folders
            .iter()
            .zip(&ours)
            .zip(theirs(&engine.host, &folders, scratch.path()).unwrap())
        {
            let text = fs::read_to_string(folder.join(".dockerignore")).unwrap();
            let misjudged = misjudged(folder, &text, &theirs);
            if !misjudged.is_empty() {
                different.push(format!("{text}  CopyIgnoredFile: {misjudged:?}"));
            }
            if *ours != theirs {
                let only = |a: &Sent, b: &Sent| -> Vec<String> {
                    let unlike = a.iter().filter(|(path, size)| b.get(*path) != Some(*size));
                    unlike.map(|(path, size)| format!("{path} {size:?}")).collect()
                };
                let (surplus, missing) = (only(ours, &theirs), only(&theirs, ours));
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

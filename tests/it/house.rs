//! The map of the code in src/lib.rs, compared with the sources.

mod source;
mod tokens;

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use source::Crate;

use crate::support::repository;

/// What each part may import of ours; `language` is open to all.
const MAY: &[(&str, &[&str])] = &[
    ("language", &[]),
    ("quantity", &["language"]),
    ("exit", &[]),
    ("interrupt", &[]),
    ("build_context", &[]),
    ("error", &["exit"]),
    ("settings", &[]),
    ("program", &[]),
    ("registry", &["dockerfile", "error"]),
    ("clean", &[]),
    ("regular_file", &[]),
    ("dockerfile", &[]),
    ("image", &["dockerfile"]),
    ("lint", &["dockerfile", "quantity"]),
    ("check", &["dockerfile", "image", "lint", "quantity"]),
    ("structure", &["dockerfile", "image", "quantity"]),
    ("release", &[]),
    ("course", &["check", "dockerfile", "lint", "release"]),
    ("progress", &["check"]),
    ("proof", &["check", "course"]),
    ("grading", &["check", "course", "dockerfile"]),
    (
        "engine",
        &[
            "build_context",
            "check",
            "dockerfile",
            "error",
            "image",
            "interrupt",
            "program",
            "structure",
        ],
    ),
    (
        "disk",
        &[
            "build_context",
            "check",
            "course",
            "dockerfile",
            "error",
            "grading",
            "image",
            "interrupt",
            "progress",
            "proof",
            "regular_file",
            "quantity",
            "structure",
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
            "grading",
            "image",
            "lint",
            "progress",
            "proof",
            "quantity",
            "structure",
        ],
    ),
    (
        "terminal",
        &["clean", "engine", "error", "image", "interrupt", "output", "quantity"],
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
            "program",
            "progress",
            "settings",
            "structure",
            "terminal",
            "quantity",
        ],
    ),
];

/// The parts that ask nothing of the world, and those that they may import.
const CORE: &[&str] = &[
    "dockerfile",
    "image",
    "lint",
    "check",
    "course",
    "progress",
    "proof",
    "grading",
    "structure",
    "build_context",
    "error",
    "exit",
    "release",
    "quantity",
    "language",
];

/// The dependencies that compute and do nothing else.
const CORE_CRATES: &[&str] = &[
    "base64",
    "flate2",
    "granit_parser",
    "hex",
    "include_dir",
    "intl_pluralrules",
    "jiff",
    "pulldown_cmark",
    "regex",
    "regex_lite",
    "bzip2",
    "csv",
    "lzma_rust2",
    "ruzstd",
    "serde",
    "serde_json",
    "serde_saphyr",
    "sha2",
    "similar",
    "spdx",
    "schemars",
    "strsim",
    "tar",
    "toml",
    "unic_langid",
];

/// What the core may not refer to: everything that begins so.
const OUTSIDE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "std::os",
    "std::path",
    "std::process",
    "std::thread::park",
    "std::thread::sleep",
    "std::time::Instant",
    "std::time::SystemTime",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "jiff::tz",
];

const OUTSIDE_MACROS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Methods that ask a file system or a clock, whatever they are called on.
const OUTSIDE_METHODS: &[&str] = &[
    "canonicalize",
    "exists",
    "is_dir",
    "is_file",
    "is_symlink",
    "read_dir",
    "read_link",
    "symlink_metadata",
    "to_socket_addrs",
    "try_exists",
];

/// All sources: paths below `src`, and texts.
fn sources() -> Vec<(String, String)> {
    fn below(folder: &Path, prefix: &str, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                below(&entry.path(), &format!("{name}/"), found);
            } else if name.ends_with(".rs") {
                found.push((name, fs::read_to_string(entry.path()).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    below(&repository().join("src"), "", &mut found);
    assert!(found.len() > 60, "{}", found.len());
    found
}

/// The imports that run upwards or sideways, each told.
fn wrong_imports(texts: &[(String, String)]) -> Vec<String> {
    let may: BTreeMap<&str, &[&str]> = MAY.iter().copied().collect();
    let all = Crate::read(texts, true);
    let mut wrong = Vec::new();
    for (module, source) in &all.files {
        let path = module.join("::");
        let Some(part) = module.first() else { continue };
        let allowed = may.get(part.as_str());
        if allowed.is_none() && !["cli", "commands"].contains(&part.as_str()) {
            wrong.push(format!("{path} is in no part of the house"));
            continue;
        }
        for reference in source.references() {
            let Some(home) = all.home(module, &reference) else {
                continue;
            };
            let Some(other) = home.first() else { continue };
            let is_allowed = match allowed {
                Some(allowed) => allowed.contains(&other.as_str()),
                // Commands import everything but the command line, which imports everything.
                None => part == "cli" || other != "cli",
            };
            if other != part && other != "language" && !is_allowed {
                wrong.push(format!(
                    "{path} refers to {}: {part} may not import {other}",
                    reference.join("::")
                ));
            }
        }
    }
    wrong
}

/// What the core asks of the world, each told.
fn outside(texts: &[(String, String)]) -> Vec<String> {
    let manifest: toml::Table = toml::from_str(&fs::read_to_string(repository().join("Cargo.toml")).unwrap()).unwrap();
    let dependencies: Vec<String> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .map(|name| name.replace('-', "_"))
        .filter(|name| !CORE_CRATES.contains(&name.as_str()))
        .collect();
    let is_outside = |path: &[String]| {
        let mut path = path.to_vec();
        if ["core", "alloc"].contains(&path[0].as_str()) {
            "std".clone_into(&mut path[0]);
        }
        let text = path.join("::");
        let is_below = |banned: &str| text == banned || text.starts_with(&format!("{banned}::"));
        // A glob brings what is below it.
        let brings = |banned: &str| text.strip_suffix('*').is_some_and(|before| banned.starts_with(before));
        OUTSIDE.iter().any(|banned| is_below(banned) || brings(banned)) || dependencies.contains(&path[0])
    };
    let all = Crate::read(texts, false);
    let mut wrong = Vec::new();
    for (module, source) in &all.files {
        if !module.first().is_some_and(|part| CORE.contains(&part.as_str())) {
            continue;
        }
        let mut tell = |what: String| wrong.push(format!("{} uses {what}", module.join("::")));
        for reference in source.references() {
            if is_outside(&reference) {
                tell(reference.join("::"));
            }
        }
        for name in &source.macros {
            if OUTSIDE_MACROS.contains(&name.as_str()) {
                tell(format!("{name}!"));
            }
        }
        for name in &source.methods {
            if OUTSIDE_METHODS.contains(&name.as_str()) {
                tell(format!("{name}()"));
            }
        }
    }
    wrong
}

#[test]
fn imports_run_one_way() {
    let wrong = wrong_imports(&sources());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_two_parts_import_each_other() {
    let may: BTreeMap<&str, &[&str]> = MAY.iter().copied().collect();
    let mut below: Vec<&str> = Vec::new();
    while below.len() < may.len() {
        let next = may
            .iter()
            .find(|(part, imports)| !below.contains(*part) && imports.iter().all(|import| below.contains(import)));
        let Some((part, _)) = next else {
            let circle: Vec<_> = may.keys().filter(|part| !below.contains(*part)).collect();
            panic!("these parts may import each other: {circle:?}");
        };
        below.push(part);
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let all = Crate::read(&sources(), false);
    let told: Vec<String> = all
        .circles()
        .iter()
        .flat_map(|circle| all.links(circle))
        .map(|(from, to)| format!("{} -> {}", from.join("::"), to.join("::")))
        .collect();
    assert!(told.is_empty(), "files that import each other in a circle: {told:#?}");
}

#[test]
fn the_core_asks_nothing_of_the_world() {
    let wrong = outside(&sources());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_cargo_fmt_does_not_see_is_formatted() {
    // build.rs writes the modules of rules, and macros those of kinds, commands and formats.
    let files: Vec<_> = sources()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| {
            ["lint/rules/", "check/criteria/", "commands/", "output/lint/"]
                .iter()
                .any(|folder| path.starts_with(folder))
        })
        .map(|path| repository().join("src").join(path))
        .collect();
    assert!(files.len() > 130, "{}", files.len());
    let answer = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(files)
        .output()
        .unwrap();
    assert!(
        answer.status.success(),
        "scripts/format\n{}",
        String::from_utf8_lossy(&answer.stdout)
    );
}

/// A crate of made-up files.
fn files(texts: &[(&str, &str)]) -> Vec<(String, String)> {
    texts
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn the_guard_of_the_core_sees_what_is_planted() {
    for planted in [
        "use std::{fs, fmt}; fn a() {}",
        "use std::fs as disk; fn a() { disk::read(\"x\"); }",
        "use std as s; fn a() { s::fs::read(\"x\"); }",
        "extern crate std as s; fn a() { s::net::TcpStream::connect(\"x\"); }",
        "use std::{self as s}; use s::process::Command;",
        "fn a() { ::std::fs::read(\"x\"); }",
        "fn a() { let b = || { use std::time::{Duration, Instant}; }; }",
        "type A = Vec<std::net::TcpStream>;",
        "impl A for std::fs::File {}",
        "fn a() { vec![std::env::args()]; }",
        "fn a() { write!(f, \"{}\", std::time::SystemTime::now()); }",
        "mod inner { pub fn a() { std::env::var(\"HOME\"); } }",
        "macro_rules! a { () => { std::process::id() } }",
        "use std::io::*; fn a() { stdout(); }",
        "use std::io; fn a() { io::stdin(); }",
        "use tokio::net;",
        "fn a() -> clap::Command { todo!() }",
        "use console::Term;",
        "fn a() { println!(\"x\"); }",
        "fn a() { jiff::Timestamp::now(); }",
        "use jiff::Timestamp as T; fn a() { T::now(); }",
        "fn a(p: P) -> bool { p.exists() }",
        "fn a(p: P) -> bool { assert!(p.is_file()); }",
    ] {
        for part in ["lint/fix.rs", "progress.rs", "course/mod.rs"] {
            assert!(!outside(&files(&[(part, planted)])).is_empty(), "not seen: {planted}");
        }
        assert!(outside(&files(&[("disk/whole.rs", planted)])).is_empty(), "{planted}");
    }
    for harmless in [
        "use std::{fmt, io::Read}; fn a() -> std::io::Error { fs::read() }",
        "#[cfg(test)] mod tests { use std::fs; }",
        "/// Not `std::fs`.\nfn a() -> &'static str { \"std::fs\" }",
        "use std::time::Duration;",
    ] {
        assert_eq!(
            outside(&files(&[("lint/fix.rs", harmless)])),
            Vec::<String>::new(),
            "{harmless}"
        );
    }
}

#[test]
fn the_guard_of_the_imports_sees_what_is_planted() {
    let engine = ("engine/mod.rs", "pub fn a() {}");
    for planted in [
        "use crate::engine;",
        "use crate::{engine::{self as e}, quantity};",
        "use crate as c; fn a() { c::engine::a(); }",
        "use super::super::engine::a;",
        "fn a() { assert!(crate::engine::a()); }",
        "use crate::quantity::a;",
    ] {
        // The last one takes the engine's from a part that passes it on.
        let texts = [
            engine,
            ("quantity.rs", "pub use crate::engine::a;"),
            ("lint/mod.rs", "mod fix;"),
            ("lint/fix.rs", planted),
        ];
        let wrong = wrong_imports(&files(&texts));
        assert!(
            wrong.iter().any(|wrong| wrong.starts_with("lint::fix ")),
            "not seen: {planted}: {wrong:?}"
        );
    }
}

#[test]
fn circles_are_found_through_re_exports_and_not_where_a_file_only_passes_on() {
    let circles = |texts: &[(&str, &str)]| {
        Crate::read(&files(texts), false)
            .circles()
            .iter()
            .map(|circle| {
                circle
                    .iter()
                    .map(|module| module.join("::"))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect::<Vec<_>>()
    };
    let passing = ("lint/mod.rs", "mod a; mod b; pub use a::A; pub use b::*;");
    let b = ("lint/b.rs", "pub struct B;");
    for harmless in ["use super::B; pub struct A;", "use super::{B,}; pub struct A;"] {
        assert_eq!(
            circles(&[passing, ("lint/a.rs", harmless), b]),
            Vec::<String>::new(),
            "{harmless}"
        );
    }
    let back = ("lint/b.rs", "use crate::lint::A; pub struct B;");
    let told = circles(&[passing, ("lint/a.rs", "use super::B; pub struct A;"), back]);
    assert_eq!(told, ["lint::a lint::b"]);
    let own = ("lint/mod.rs", "mod a; use a::A; pub fn f() -> A {}");
    let told = circles(&[own, ("lint/a.rs", "pub struct A; fn g() { super::f(); }")]);
    assert_eq!(told, ["lint lint::a"]);
    let tests = (
        "lint/a.rs",
        "pub struct A; #[cfg(test)] mod tests { use super::super::f; }",
    );
    assert_eq!(circles(&[own, tests]), Vec::<String>::new());
    let alone = ("lint/a.rs", "pub struct A; mod inner { use super::A; }");
    assert_eq!(circles(&[own, alone]), Vec::<String>::new());
}

//! What CONTRIBUTING says about adding a thing, done in a copy of the tree: `tests/additions` holds the files that it
//! names, and the lines below are all else that it names. The copy must pass its own tests.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::support::{Ran, repository};

/// A thing that can be added.
struct Addition {
    /// Its folder in `tests/additions`, with the same paths as in the tree.
    name: &'static str,
    /// Lines for files that are there: the file, the line above it, and the line.
    lines: &'static [(&'static str, &'static str, &'static str)],
    /// A command that shows it, and what it prints.
    shown: (&'static [&'static str], &'static str),
}

const FRENCH: &str = "src/language/fr/texts.toml";

const ADDITIONS: &[Addition] = &[
    Addition {
        name: "kind",
        lines: &[
            (
                "src/check/criteria/mod.rs",
                "    workdir \"workdir\" Workdir,",
                "    at_most \"at-most\" AtMost,",
            ),
            (
                FRENCH,
                "[texts]",
                "\"at most {most} instructions\" = \"au plus {most} instructions\"\n\
                 \"there are {found}\" = \"il y en a {found}\"\n\
                 \"Join instructions until there are {most}.\" = \"Réunissez des instructions jusqu'à {most}.\"",
            ),
        ],
        shown: (&["instructor", "kinds", "at-most"], "check.at-most = 8"),
    },
    Addition {
        name: "rule",
        lines: &[(
            "src/language/fr/rules.toml",
            "# ",
            "[LAB199]\ntitle = \"L'étape porte le nom de personne\"\nwhy = \"Un test ajoute cette règle.\"\n",
        )],
        shown: (&["lint", "--explain", "LAB199"], "A test adds this rule"),
    },
    Addition {
        name: "command",
        lines: &[
            (
                "src/commands/mod.rs",
                "    man Man alone,",
                "    weather Weather alone,",
            ),
            (
                FRENCH,
                "[texts]",
                "\"The sea is calm.\" = \"La mer est calme.\"\n\
                 \"Say what the weather is like at sea\" = \"Dire le temps qu'il fait en mer\"\n\
                 \"Examples:\\n  dockerlab weather\" = \"Exemples :\\n  dockerlab weather\"",
            ),
        ],
        shown: (&["weather"], "The sea is calm."),
    },
    Addition {
        name: "format",
        lines: &[("src/output/lint/mod.rs", "    junit,", "    codes,")],
        shown: (&["lint", "--no-fail", "-f", "codes", "Dockerfile"], "DL3006"),
    },
    Addition {
        name: "language",
        lines: &[],
        // What it does not have is in English.
        shown: (
            &["--lang", "eo", "lint", "--explain", "LAB199"],
            "A test adds this rule",
        ),
    },
    Addition {
        name: "lesson",
        lines: &[],
        shown: (&["read", "6"], "Say who made it"),
    },
];

/// The files below a folder, by their paths in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(folder.join(&inner)).unwrap() {
            let entry = entry.unwrap();
            let path = inner.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}

/// Adds a line below the first one that begins so; says how many lines were added.
fn add_line(file: &Path, above: &str, line: &str) {
    let text = fs::read_to_string(file).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let place = lines.iter().position(|one| one.starts_with(above));
    let place = place.unwrap_or_else(|| panic!("{} has no line `{above}`", file.display()));
    lines.insert(place + 1, line);
    fs::write(file, lines.join("\n") + "\n").unwrap();
}

#[test]
#[ignore = "builds a copy of the program, for minutes: scripts/test long"]
fn what_contributing_names_is_all_that_an_addition_touches_at_length() {
    let built = repository().join("target/additions");
    let tree = built.join("tree");
    let _ = fs::remove_dir_all(&tree);
    let listed = Ran::of(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(repository()),
    );
    for file in listed.expect(0).stdout.lines() {
        let from = repository().join(file);
        if from.is_file() {
            copy(&from, &tree.join(file));
        }
    }
    for Addition { name, lines, .. } in ADDITIONS {
        let folder = repository().join("tests/additions").join(name);
        let added = files(&folder);
        for file in &added {
            assert!(!tree.join(file).exists(), "{} is there already", file.display());
            copy(&folder.join(file), &tree.join(file));
        }
        println!(
            "{name}: {} files, {} places in files that are there",
            added.len(),
            lines.len()
        );
        for file in &added {
            println!("  {}", file.display());
        }
        for (file, above, line) in *lines {
            println!("  {file}, below `{above}`");
            add_line(&tree.join(file), above, line);
        }
    }
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(&tree);
        command.env("CARGO_TARGET_DIR", built.join("target"));
        Ran::of(&mut command).expect(0)
    };
    cargo(&["test", "--locked", "--lib"]);
    let rest = [
        "house::",
        "language::",
        "plain_english",
        "wrong_use::",
        "clean_output::",
    ];
    cargo(&[&["test", "--locked", "--test", "it", "--"][..], &rest].concat());
    cargo(&["build", "--locked"]);
    fs::write(built.join("Dockerfile"), "FROM debian\n").unwrap();
    for Addition { name, shown, .. } in ADDITIONS {
        let (arguments, text) = shown;
        let mut command = Command::new(built.join("target/debug/dockerlab"));
        let ran = Ran::of(command.args(*arguments).current_dir(&built));
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.stdout, ran.stderr);
        ran.says(text);
    }
}

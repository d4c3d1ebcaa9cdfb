//! What is said where, and that it fits. Needs no engine.

use crate::support::{Place, place};

#[test]
fn every_commands_help_fits_80_columns_and_says_what_it_does() {
    let place = Place::started(None);
    let verbs = [
        "start",
        "read",
        "check",
        "hint",
        "diff",
        "watch",
        "completions",
        "man",
        "solution",
        "status",
        "build",
        "inspect",
        "run",
        "shell",
        "doctor",
        "clean",
        "instructor",
        "instructor reset",
        "instructor kinds",
    ];
    for verb in verbs {
        let arguments: Vec<&str> = verb.split(' ').chain(["--help"]).collect();
        let output = place
            .command(&place.root(), &arguments)
            .env("COLUMNS", "80")
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("Usage:"), "{verb}");
        assert!(
            text.lines().next().is_some_and(|line| line.len() > 15),
            "{verb}: {text}"
        );
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{verb}: {line}");
        }
    }
}

#[test]
fn answers_go_to_stdout_and_hold_no_escape_sequences_in_a_pipe() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\nRUN \u{1b}]0;x\u{7}echo\n");
    for arguments in [
        ["read", "1"].as_slice(),
        &["status"],
        &["check", "1", "--static"],
        &["instructor", "kinds"],
    ] {
        let ran = place.run(arguments);
        assert!(
            !ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'),
            "{arguments:?}: {ran:?}"
        );
        assert!(!ran.stdout.is_empty());
    }
}

#[test]
fn a_hidden_criterion_keeps_its_name_until_it_passes() {
    let place = Place::started(None);
    place.put(
        "Dockerfile-task-1",
        "FROM ubuntu:20.04\nENV DEBIAN_FRONTEND=noninteractive\n",
    );
    let ran = place
        .run(&["check", "1", "--static"])
        .expect(1)
        .says("a hidden criterion");
    assert!(
        !ran.stdout.contains("DEBIAN_FRONTEND does not stay in the image"),
        "{}",
        ran.stdout
    );
}

#[test]
fn completions_and_manual_pages_name_the_commands() {
    let place = place(None);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = place.run_in(place.dir.path(), &["completions", shell]).expect(0);
        assert!(ran.stdout.contains("instructor"), "{shell}");
    }
    let ran = place.run_in(place.dir.path(), &["man"]).expect(0);
    assert!(ran.stdout.contains(".TH dockerlab"));
    place.run_in(place.dir.path(), &["man", "."]).expect(0);
    assert!(place.dir.path().join("dockerlab-check.1").is_file());
    place
        .run_in(place.dir.path(), &["man", "nowhere"])
        .expect(2)
        .says("name a folder");
}

//! What is said where, and that it fits. Needs no engine.

use dockerlab::{
    check::{Outcome, judge},
    language::Language,
    output::{self, Guided, Style},
};

use crate::{
    kept_evidence::{all_tasks, nothing_is_kept},
    support::{Place, place},
};

/// Every command, found through clap: the words that name it.
fn commands(command: &clap::Command, before: &[String], found: &mut Vec<Vec<String>>) {
    found.push(before.to_vec());
    for inner in command.get_subcommands() {
        let words = [before, &[inner.get_name().to_owned()]].concat();
        commands(inner, &words, found);
    }
}

#[test]
fn every_commands_help_fits_80_columns_and_says_what_it_does() {
    let place = Place::started(None);
    let mut all = Vec::new();
    commands(&dockerlab::cli::command(), &[], &mut all);
    assert!(all.len() > 25, "{all:?}");
    let mut wide = Vec::new();
    for words in &all {
        for language in Language::all().map(Language::code) {
            let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
            arguments.extend(["--help", "--lang", language]);
            let output = place
                .command(&place.root(), &arguments)
                .env("COLUMNS", "80")
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let says = text.lines().next().unwrap_or_default();
            assert!(says.len() > 15 && !says.starts_with("Usage"), "{arguments:?}: {text}");
            assert!(text.contains("dockerlab "), "{arguments:?}: {text}");
            wide.extend(
                text.lines()
                    .filter(|line| line.chars().count() > 80)
                    .map(|line| format!("{arguments:?}: {line}")),
            );
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
}

/// clap breaks an example that does not fit, which cannot be typed then.
#[test]
fn every_commands_examples_fit_80_columns_as_they_are() {
    fn told(command: &clap::Command, found: &mut Vec<String>) {
        for language in Language::all() {
            let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let text = language.translation(&text).unwrap_or(&text);
            let examples = text.lines().filter(|line| line.starts_with("  "));
            found.extend(
                examples
                    .filter(|line| line.chars().count() > 80)
                    .map(|line| format!("{} {}: {line}", command.get_name(), language.code())),
            );
        }
        command.get_subcommands().for_each(|inner| told(inner, found));
    }
    let mut wide = Vec::new();
    told(&dockerlab::cli::command(), &mut wide);
    assert!(wide.is_empty(), "{wide:#?}");
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
        .says("name an existing folder");
}

/// On the page of `start`, every failure that the proofs know fits a terminal of 80 by 24: what to do next is directly
/// below what fails, and neither it nor what was found is cut off.
#[test]
fn the_page_shows_what_to_do_next_for_every_failure_at_80x24() {
    let mut shown = 0;
    for (proofs, task) in all_tasks() {
        for (answer, evidence) in proofs.of(task) {
            let verdicts = judge(&task.criteria, evidence);
            let Some(failed) = verdicts.first_failure().cloned() else {
                continue;
            };
            let Outcome::Fail(failure) = &failed.outcome else {
                continue;
            };
            let view = Guided {
                task: (task.id.clone(), task.title.clone()),
                hint: Some("A hint.".to_owned()),
                step: Some((1, 2, "A step.".to_owned())),
                status: "Checked.".to_owned(),
                verdicts: Some(verdicts),
                ..Guided::default()
            };
            let page = output::guided_page(&view, 80, 24, Style::plain());
            assert_eq!(page.len(), 24);
            let told = page.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
            let says = if failed.hidden {
                "a hidden criterion"
            } else {
                &failed.says
            };
            let next = format!("FAIL {says} next {} found {}", failed.next, failure.found);
            assert!(told.contains(&next), "{}: {next}\n{}", answer.name, page.join("\n"));
            for part in ["A hint.", "Checked.", "q quit"] {
                assert!(told.contains(part), "{}: {part}\n{}", answer.name, page.join("\n"));
            }
            shown += 1;
        }
    }
    assert!(shown >= 200 || nothing_is_kept(), "{shown}");
}

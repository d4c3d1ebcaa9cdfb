//! Whatever a file, a name, a course, a setting, an argument or the environment holds, a terminal is sent only text and
//! our own styling.

use std::{fs, path::Path, process::Command};

use crate::support::{Place, Ran, repository};

/// What a terminal would act on: CSI, OSC, a C1 control, marks of direction, a backspace, a carriage return.
const EVIL: &str = "\u{1b}[31m\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\u{2066}\u{200f}\u{8}\rx";
/// The same for a file's name on this system, and where TOML wants it escaped.
const EVIL_TOML: &str = r"\u001b[31m\u001b]0;title\u0007\u009b2J\u202e\u2066\u200f\u0008\rx";

/// The sequences that our own styling is made of.
const OURS: &[&str] = &["1;32", "1;31", "1;33", "2", "1", "1;34", "36", "0"];

/// What is wrong with an output.
fn active(output: &[u8]) -> Option<String> {
    let mut text = String::from_utf8_lossy(output).into_owned();
    for codes in OURS {
        text = text.replace(&format!("\u{1b}[{codes}m"), "");
    }
    let at = text.find(|c: char| {
        // Code Climate's format puts a zero byte behind each issue; a terminal ignores it.
        (c.is_control() && !matches!(c, '\n' | '\t' | '\0'))
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })?;
    let start = text[..at].char_indices().rev().nth(60).map_or(0, |(index, _)| index);
    Some(
        text[start..]
            .chars()
            .take(120)
            .collect::<String>()
            .escape_debug()
            .to_string(),
    )
}

#[track_caller]
fn clean(mut command: Command, what: &str) -> String {
    let output = command.output().unwrap();
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        if let Some(found) = active(bytes) {
            panic!("{what}: {name} has {found}");
        }
    }
    assert_ne!(output.status.code(), Some(101), "{what}");
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A command of the place with colours or without.
fn command(place: &Place, arguments: &[&str], colour: bool) -> Command {
    let mut command = place.command(&place.root(), arguments);
    if colour {
        command.env("CLICOLOR_FORCE", "1");
    }
    command
}

/// Every verb, as far as it says something without an engine.
const VERBS: &[&[&str]] = &[
    &["start"],
    &["read", "1"],
    &["read"],
    &["check", "1"],
    &["check", "1", "--static"],
    &["check", "1", "--static", "--format", "json"],
    &["check", "all", "--static"],
    &["hint", "1"],
    &["solution", "1"],
    &["solution", "1", "--give-up"],
    &["diff", "1"],
    &["diff", "1", "--against", "reference"],
    &["status"],
    &["status", "--format", "json"],
    &["build", "1"],
    &["inspect", "1"],
    &["lint"],
    &["lint", "-f", "json"],
    &["lint", "-f", "sarif"],
    &["lint", "-f", "checkstyle"],
    &["lint", "-f", "codeclimate"],
    &["lint", "-f", "gnu"],
    &["lint", "-f", "tty"],
    &["lint", "--fix", "--yes"],
    &["parse", "Dockerfile-task-1"],
    &["parse", "--format", "json", "Dockerfile-task-1"],
    &["parse", "--format", "tokens", "Dockerfile-task-1"],
    &["run", "1"],
    &["shell", "1"],
    &["push", "1", "--to", "example.com/x"],
    &["registry", "status"],
    &["doctor"],
    &["clean"],
    &["config"],
    &["instructor", "regrade"],
    &["instructor", "kinds"],
    &["instructor", "reset", "--all", "--yes"],
];

fn every_verb(place: &Place, what: &str) {
    for verb in VERBS {
        clean(command(place, verb, true), &format!("{what}: {verb:?}"));
    }
}

#[test]
fn what_is_most_often_printed() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", format!("FROM {EVIL}\nRUN sudo {EVIL}\n"));
    for arguments in [
        &["check", "1", "--static"][..],
        &["diff", "1"],
        &["lint"],
        &["lint", "-f", "json"],
        &["parse", "--format", "json", "Dockerfile-task-1"],
        &["read", EVIL],
        &["--lang", EVIL, "status"],
        &["--host", EVIL, "doctor"],
        &[EVIL],
    ] {
        clean(command(&place, arguments, true), &format!("{arguments:?}"));
    }
}

#[test]
#[ignore = "runs every verb many times: half a minute"]
fn a_dockerfile_and_names_of_files() {
    let place = Place::started(None);
    let texts = [
        format!("FROM {EVIL}\nRUN echo {EVIL}\n"),
        format!("# {EVIL}\nFROM ubuntu:20.04 AS {EVIL}\nLABEL {EVIL}={EVIL}\nENV a={EVIL}\nCOPY {EVIL} /\n{EVIL}\n"),
        format!(
            "FROM ubuntu\nRUN <<{EVIL}\ncd x; apt-get install {EVIL}\n{EVIL}\nEXPOSE {EVIL}\nUSER {EVIL}\nWORKDIR {EVIL}\n"
        ),
        format!("FRMO ubuntu {EVIL}\n"),
        format!("# syntax={EVIL}\n# escape={EVIL}\nFROM --platform={EVIL} a\nADD --chown={EVIL} --what={EVIL} a b\n"),
        format!("FROM ubuntu:20.04\nENTRYPOINT [\"{EVIL}\"]\nCMD [\"a\", {EVIL}]\nHEALTHCHECK {EVIL}\nSHELL {EVIL}\n"),
    ];
    for text in texts {
        place.put("Dockerfile-task-1", &text);
        place.put(".dockerignore", format!("{EVIL}\n!{EVIL}\n[{EVIL}\n"));
        fs::create_dir_all(place.root().join(format!("folder{EVIL}"))).unwrap();
        place.put(&format!("folder{EVIL}/Dockerfile.{EVIL}"), &text);
        place.put(&format!("Dockerfile.{EVIL}"), &text);
        every_verb(&place, &text);
    }
}

#[test]
#[ignore = "runs every verb many times: half a minute"]
fn arguments() {
    let place = Place::started(None);
    let cases: &[&[&str]] = &[
        &[EVIL],
        &["check", EVIL],
        &["check", "1", EVIL],
        &["check", "--format", EVIL],
        &["check", EVIL, "--bogus"],
        &["read", EVIL],
        &["hint", EVIL],
        &["diff", "1", "--against", EVIL],
        &["lint", EVIL],
        &["lint", "-f", EVIL],
        &["lint", "--explain", EVIL],
        &["lint", "--ignore", EVIL],
        &["lint", "-o", EVIL, "-f", "json"],
        &["lint", "--config", EVIL],
        &["parse", EVIL],
        &["inspect", EVIL],
        &["inspect", &format!("archive:{EVIL}")],
        &["inspect", &format!("oci:{EVIL}")],
        &["inspect", "1", "--platform", EVIL],
        &["push", "1", "--to", EVIL],
        &["push", "1", "--hub", EVIL],
        &["config", EVIL, EVIL],
        &["config", "push-to", EVIL],
        &["config", "language", EVIL],
        &["config"],
        &["run", "1", "--port", EVIL],
        &["instructor", "kinds", EVIL],
        &["instructor", "prove", "--only", EVIL, "--static"],
        &["instructor", "prove", EVIL],
        &["instructor", "reset", EVIL, "--yes"],
        &["man", EVIL],
        &["completions", EVIL],
        &["help", EVIL],
        &["--lang", EVIL, "status"],
        &["--course", EVIL, "status"],
        &["--host", EVIL, "doctor"],
        &["--host", &format!("tcp://{EVIL}:2375"), "doctor"],
        &["--host", &format!("ssh://{EVIL}"), "doctor"],
        &["--host", &format!("unix:///{EVIL}"), "doctor"],
        &["start", &format!("/proc/{EVIL}")],
        &["shell", "1", "--", EVIL],
    ];
    for case in cases {
        clean(command(&place, case, false), &format!("{case:?}"));
        let mut french = vec!["--lang", "fr"];
        french.extend(*case);
        clean(command(&place, &french, true), &format!("{case:?} in French"));
    }
}

#[test]
#[ignore = "runs every verb many times: half a minute"]
fn the_environment_and_settings() {
    let place = Place::started(None);
    for name in [
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_CONFIG",
        "DOCKERLAB_LANG",
        "HADOLINT_FORMAT",
        "HADOLINT_IGNORE",
        "HADOLINT_FAILURE_THRESHOLD",
        "HADOLINT_NOFAIL",
        "TERM",
        "HOME",
        "http_proxy",
    ] {
        for verb in [&["doctor"][..], &["check", "1"], &["lint"], &["status"], &["push", "1"]] {
            let mut command = command(&place, verb, true);
            command.env(name, EVIL);
            if name == "DOCKER_CONTEXT" {
                command.env_remove("DOCKER_HOST");
            }
            clean(command, &format!("{name} {verb:?}"));
        }
    }
    let docker = place.dir.path().join("home/.docker");
    fs::create_dir(&docker).unwrap();
    for (file, text) in [
        (".dockerlab/settings.toml", format!("push-to = \"{EVIL_TOML}\"\n")),
        (".dockerlab/settings.toml", format!("\"{EVIL_TOML}\" = \"x\"\n")),
        (".dockerlab/settings.toml", format!("language = \"{EVIL_TOML}\"\n")),
        (".dockerlab/settings.toml", format!("{EVIL}\n")),
        (
            ".hadolint.yaml",
            format!("ignored: [\"{EVIL_TOML}\"]\n\"{EVIL_TOML}\": 1\n"),
        ),
        (".hadolint.yaml", format!("{EVIL}: [\n")),
        (".dive-ci", format!("rules:\n  {EVIL}: 1\n")),
        (
            "../home/.docker/config.json",
            format!("{{\"currentContext\": \"{}\"}}", r"\u001b[31m\u009b\u202e"),
        ),
        ("../home/.docker/config.json", format!("{{\"{EVIL}\": ")),
    ] {
        place.put(file, &text);
        for verb in [
            &["config"][..],
            &["status"],
            &["lint"],
            &["push", "1"],
            &["doctor"],
            &["inspect", "1", "--ci"],
        ] {
            let mut command = command(&place, verb, true);
            command.env_remove("DOCKER_HOST");
            clean(command, &format!("{file} {text:?} {verb:?}"));
        }
        fs::remove_file(place.root().join(file)).unwrap();
    }
}

#[test]
#[ignore = "runs every verb many times: half a minute"]
fn a_course_and_a_state() {
    let place = Place::started(None);
    let course = place.dir.path().join("course");
    copy(&repository().join("lessons"), &course, &|name, text| {
        if Path::new(name).extension().is_some_and(|ending| ending == "toml") {
            let keys = [
                "title", "summary", "welcome", "farewell", "says", "why", "next", "learned",
            ];
            let evil = |line: &str| match line.split_once(" = \"") {
                Some((key, rest)) if keys.contains(&key) && !rest.starts_with("\"\"") => {
                    format!("{key} = \"{EVIL_TOML}{rest}\n")
                }
                _ => format!("{line}\n"),
            };
            text.lines().map(evil).collect()
        } else if name.ends_with(".md") {
            format!("# {EVIL}\n\n{EVIL} `{EVIL}`\n\n    {EVIL}\n\n{text}")
        } else {
            text.to_owned()
        }
    });
    let folder = course.to_str().unwrap().to_owned();
    for verb in VERBS {
        let mut arguments = vec!["--course", &folder];
        arguments.extend(*verb);
        let said = clean(command(&place, &arguments, true), &format!("{arguments:?}"));
        assert!(!said.contains("the course has"), "{said}");
    }
    let broken = course.join("course.toml");
    for text in [
        format!("{EVIL} = 1\n"),
        format!("title = \"{EVIL_TOML}\"\n\"{EVIL_TOML}\" = 1\n"),
        format!("[{EVIL}\n"),
    ] {
        fs::write(&broken, &text).unwrap();
        clean(command(&place, &["--course", &folder, "status"], true), &text);
    }
    let state: serde_json::Value = serde_json::from_str(&place.text(".dockerlab/state.json")).unwrap();
    for state in [
        serde_json::json!({"version": 2, "workspace": EVIL, "tasks": {EVIL: {"attempts": [{"at": EVIL, "seconds": 1, "passed": false, "outcomes": {EVIL: EVIL}, "failed_first": EVIL}]}}}).to_string(),
        serde_json::json!({"version": 2, "workspace": EVIL, "tasks": {"1": {"attempts": [{"at": EVIL, "seconds": 1, "passed": true, "outcomes": {}, "failed_first": EVIL, "dockerfile": EVIL}]}}}).to_string(),
        format!("{{\"version\": 2, \"workspace\": {EVIL}"),
        state.to_string(),
    ] {
        for verb in VERBS {
            place.put(".dockerlab/state.json", &state);
            clean(command(&place, verb, true), &format!("{state} {verb:?}"));
        }
    }
}

fn copy(from: &Path, to: &Path, change: &dyn Fn(&str, &str) -> String) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(&name), change);
        } else {
            let text = fs::read_to_string(entry.path()).unwrap();
            fs::write(to.join(&name), change(&name, &text)).unwrap();
        }
    }
}

#[test]
fn a_password_in_an_engines_address_is_neither_shown_nor_kept() {
    let place = Place::started(None);
    place.put("Dockerfile-task-1", "FROM ubuntu:20.04\n");
    let address = "tcp://me:secret-word@127.0.0.1:1";
    for arguments in [
        &["doctor"] as &[&str],
        &["check"],
        &["build"],
        &["run"],
        &["clean"],
        &["status"],
        &["inspect", "some/image"],
        &["check", "--format", "json"],
    ] {
        for by_flag in [false, true] {
            let mut command = place.command(&place.root(), arguments);
            if by_flag {
                command.args(["-H", address]);
            } else {
                command.env("DOCKER_HOST", address);
            }
            let ran = Ran::of(&mut command);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(!said.contains("secret-word"), "{arguments:?}:\n{said}");
        }
    }
    let mut folders = vec![place.root().join(".dockerlab"), place.dir.path().join("home")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                let kept = fs::read(&entry).unwrap();
                let is_kept = String::from_utf8_lossy(&kept).contains("secret-word");
                assert!(!is_kept, "{}", entry.display());
            }
        }
    }
}

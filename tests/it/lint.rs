//! `dockerlab lint` and `dockerlab parse` from outside: formats, exit codes, settings, fixes.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use serde_json::Value;

use crate::support::{Place, Ran, place};

pub(crate) const MESSY: &str = "FROM debian:latest\nUSER app\nRUN cd /tmp\nRUN sudo x\n";

pub(crate) fn here(dockerfile: &str) -> Place {
    let place = place(None);
    put(&place, "Dockerfile", dockerfile);
    place
}

pub(crate) fn put(place: &Place, name: &str, text: &str) {
    let path = place.dir.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(crate) fn lint(place: &Place, arguments: &[&str]) -> Ran {
    place.run_in(place.dir.path(), &[&["lint"], arguments].concat())
}

#[test]
fn every_report_is_well_formed_whatever_stands_in_the_dockerfile() {
    let nasty = "FROM debian:latest AS <a>&\"'\nRUN cd '\u{1b}[31m\u{7}' && apt-get install \"<b>&]]>\u{feff}\"\nLABEL \"<x>\"=1\n";
    let place = here(nasty);
    let reports = [
        "tty",
        "json",
        "checkstyle",
        "codeclimate",
        "gitlab_codeclimate",
        "gnu",
        "codacy",
        "sonarqube",
        "sarif",
        "junit",
    ];
    for format in reports {
        let ran = lint(&place, &["-f", format, "--no-fail", "Dockerfile"]).expect(0);
        assert!(!ran.stdout.contains(['\u{1b}', '\u{7}']), "{format}: {}", ran.stdout);
        if ["checkstyle", "junit"].contains(&format) {
            let check = Command::new("python3")
                .args([
                    "-c",
                    "import sys, xml.dom.minidom as d; d.parseString(sys.argv[1].encode())",
                    &ran.stdout,
                ])
                .status()
                .unwrap();
            assert!(check.success(), "{}", ran.stdout);
        }
    }
    // Several at once, each to its file.
    lint(
        &place,
        &[
            "-f",
            "sarif,junit",
            "-o",
            "a.sarif",
            "-o",
            "b.xml",
            "--no-fail",
            "Dockerfile",
        ],
    )
    .expect(0);
    assert!(
        fs::read_to_string(place.dir.path().join("a.sarif"))
            .unwrap()
            .contains("2.1.0")
    );
    assert!(
        fs::read_to_string(place.dir.path().join("b.xml"))
            .unwrap()
            .contains("<testsuites")
    );
    // A file that is something else is not written over.
    let before = fs::read_to_string(place.dir.path().join("Dockerfile")).unwrap();
    lint(&place, &["-f", "json", "-o", "Dockerfile", "Dockerfile"]).expect(2);
    assert_eq!(fs::read_to_string(place.dir.path().join("Dockerfile")).unwrap(), before);
}

#[test]
fn files_folders_and_standard_input_are_looked_at() {
    let place = here(MESSY);
    put(&place, "web/Dockerfile", "FROM debian\n");
    put(&place, "web/api.Dockerfile", "FROM debian\n");
    put(&place, "web/README.md", "FROM debian\n");
    let ran = lint(&place, &["."]).expect(1);
    for file in ["Dockerfile:", "web/Dockerfile:", "web/api.Dockerfile:"] {
        assert!(
            ran.stdout.lines().any(|line| line.starts_with(file)),
            "{file}: {}",
            ran.stdout
        );
    }
    assert!(!ran.stdout.contains("README"));
    let only_here = lint(&place, &[]).expect(1);
    assert!(!only_here.stdout.contains("web/"), "{}", only_here.stdout);
    let mut command = place.command(
        place.dir.path(),
        &["lint", "--file-path-in-report", "x/Dockerfile", "-"],
    );
    let output = command
        .stdin(fs::File::open(place.dir.path().join("Dockerfile")).unwrap())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.lines().all(|line| line.starts_with("x/Dockerfile:")), "{text}");
    assert_eq!(output.status.code(), Some(1));
    lint(&place, &["nothing"]).expect(2).says("nothing");
    let empty = place.dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    place
        .run_in(&empty, &["lint"])
        .expect(2)
        .says("no Dockerfile in this folder");
}

#[test]
fn bad_settings_are_told_with_file_and_line() {
    for (settings, line, what) in [
        ("ignored: [DL3006\n", ".hadolint.yaml:", ""),
        (
            "ignored:\n  - DL3006\nfailure-threshold: fatal\n",
            ".hadolint.yaml:3",
            "fatal",
        ),
        ("override:\n  error:\n    - DL9999\n", ".hadolint.yaml:", "DL9999"),
        ("label-schema:\n  a: colour\n", ".hadolint.yaml:2", "colour"),
        ("ignored: 5\n", ".hadolint.yaml:1", ""),
        ("ignroed: []\n", ".hadolint.yaml:1", "ignroed"),
    ] {
        let place = here(MESSY);
        put(&place, ".hadolint.yaml", settings);
        lint(&place, &["Dockerfile"]).expect(2).says(line).says(what);
    }
    let place = here(MESSY);
    lint(&place, &["--ignore", "DL9999", "Dockerfile"])
        .expect(2)
        .says("DL9999");
    lint(&place, &["--config", "none.yaml", "Dockerfile"])
        .expect(2)
        .says("none.yaml");
    lint(&place, &["-f", "html", "Dockerfile"]).expect(2).says("html");
    lint(&place, &["-t", "fatal", "Dockerfile"]).expect(2).says("fatal");
    lint(&place, &["--explain", "DL9999"])
        .expect(2)
        .says("unknown rule `DL9999`");
    lint(&place, &["--explain", "SC2086"]).expect(2).says("ShellCheck");
    put(&place, "large", &"#".repeat(50_000_000));
    lint(&place, &["large"]).expect(2).says("larger than");
}

#[test]
fn a_dockerfile_that_docker_refuses_fails_and_the_rest_of_it_is_looked_at() {
    let place = here("FROM debian:12\nRUNN x\nRUN <<EOF\na\nEOF\nRUN sudo y\n");
    let ran = lint(&place, &["Dockerfile", "-t", "error"]).expect(1);
    assert!(
        ran.stdout.contains("Dockerfile:2:1 unknown instruction `RUNN`"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("Dockerfile:6 DL3004"), "{}", ran.stdout);
}

#[test]
fn a_dockerfile_that_no_engine_would_build_is_looked_at_up_to_a_bound() {
    let many: String = (0..15_000)
        .map(|n| format!("COPY a{n} /b{n}\nRUN chown -R 1 /b{n}\n"))
        .collect();
    let place = here(&format!("FROM debian:12\n{many}"));
    let ran = lint(&place, &["Dockerfile"]).expect(1);
    assert!(ran.stdout.contains("Dockerfile:2001:1 more than 2000 instructions"));
    let stages: String = (0..15_000)
        .map(|n| format!("FROM a:1 AS s{n}\nCOPY --from=s{n} /a /b\n"))
        .collect();
    put(&place, "Dockerfile", &stages);
    lint(&place, &["Dockerfile"]).expect(1);
}

#[test]
fn a_fix_is_shown_first_and_the_old_file_is_kept() {
    let before = "FROM debian:12\nRUN pip install -r x\nCMD a b\n";
    let after = "FROM debian:12\nRUN pip install --no-cache-dir -r x\nCMD [\"a\", \"b\"]\n";
    let place = here(before);
    let path = place.dir.path().join("Dockerfile");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let shown = lint(&place, &["--fix"]).expect(1).says("nothing was changed");
    assert!(shown.stdout.contains("+CMD [\"a\", \"b\"]"), "{}", shown.stdout);
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    lint(&place, &["--fix", "--yes"]).expect(0).says("the old file is");
    assert_eq!(fs::read_to_string(&path).unwrap(), after);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    let kept: Vec<String> = fs::read_dir(place.dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("Dockerfile."))
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(fs::read_to_string(place.dir.path().join(&kept[0])).unwrap(), before);
    lint(&place, &["--fix", "--yes"])
        .expect(0)
        .says("nothing here can be fixed safely");
    // What is kept is no Dockerfile to look at.
    assert!(!lint(&place, &["--no-fail"]).expect(0).stdout.contains(".bak"));
    // As a filter.
    put(&place, "in", before);
    let output = place
        .command(place.dir.path(), &["lint", "--fix", "-"])
        .stdin(fs::File::open(place.dir.path().join("in")).unwrap())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), after);
}

#[test]
fn shellcheck_is_asked_where_it_is_installed_and_only_there() {
    let place = here("FROM debian:12\nRUN echo $x\n# hadolint ignore=SC2086\nRUN echo $y\nRUN [\"a\"]\n");
    let alone = place
        .command(place.dir.path(), &["lint", "--no-fail"])
        .env("PATH", place.dir.path().join("bin"))
        .output()
        .unwrap();
    assert!(!String::from_utf8(alone.stdout).unwrap().contains("SC"));
    // One that finds fault with the first commands of whatever it is given.
    let program = "#!/bin/sh\n[ \"$1\" = --version ] && exit\nprintf '{\"comments\":[{\"file\":\"%s\",\"line\":3,\"column\":6,\"level\":\"info\",\"code\":2086,\"message\":\"Quote \\\\u001b[31mthis\"},' \"$5\"\nprintf '{\"file\":\"%s\",\"line\":3,\"column\":6,\"level\":\"info\",\"code\":2086,\"message\":\"Quote\"}]}' \"$6\"\nexit 1\n";
    put(&place, "bin/shellcheck", program);
    let shellcheck = place.dir.path().join("bin/shellcheck");
    fs::set_permissions(&shellcheck, fs::Permissions::from_mode(0o755)).unwrap();
    let with = |arguments: &[&str]| {
        let path = format!("{}/bin:/usr/bin:/bin", place.dir.path().display());
        let output = place
            .command(place.dir.path(), arguments)
            .env("PATH", path)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let found = with(&["lint", "--no-fail"]);
    assert!(found.contains("Dockerfile:2 SC2086 info: Quote"), "{found}");
    assert_eq!(found.matches("SC2086").count(), 1, "{found}");
    assert!(!found.contains('\u{1b}'));
    assert!(!with(&["lint", "--no-fail", "--no-shellcheck"]).contains("SC2086"));
    // One that never ends, or says nothing that can be read, does not keep the rest.
    put(
        &place,
        "bin/shellcheck",
        "#!/bin/sh\n[ \"$1\" = --version ] && exit\nyes x\n",
    );
    fs::set_permissions(&shellcheck, fs::Permissions::from_mode(0o755)).unwrap();
    let started = std::time::Instant::now();
    let found = with(&["lint", "--no-fail"]);
    assert!(found.contains("DL3059"), "{found}");
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn parse_prints_what_buildkits_parser_says_and_goes_on_after_an_error() {
    let place = here(
        "# syntax=docker/dockerfile:1\nFROM debian:12 AS a\nRUNN x\nRUN --mount=type=cache,target=/c <<EOF\nx\nEOF\nCMD [\"a\"]\n",
    );
    let ran = place
        .run_in(place.dir.path(), &["parse", "--format", "json"])
        .expect(1)
        .says("Dockerfile:3:1");
    let all = ran.json();
    let names: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["cmd"].as_str())
        .collect();
    assert_eq!(names, ["FROM", "RUNN", "RUN", "CMD"]);
    assert_eq!(all[2]["flags"][0], "--mount=type=cache,target=/c");
    assert_eq!(all[2]["heredocs"][0]["content"], "x\n");
    assert_eq!(
        (&all[2]["start_line"], &all[2]["end_line"]),
        (&Value::from(4), &Value::from(6))
    );
    assert_eq!(all[3]["json"], true);
    let tokens = place
        .run_in(place.dir.path(), &["parse", "--format", "tokens"])
        .expect(1)
        .json();
    assert_eq!(tokens["instructions"][0]["words"][2]["column"], 19);
    place
        .run_in(place.dir.path(), &["parse", "nothing"])
        .expect(2)
        .says("nothing");
    let human = place.run_in(place.dir.path(), &["parse"]).expect(1);
    assert!(human.stdout.contains("CMD [\"a\"]"), "{}", human.stdout);
}

#[test]
fn pages_of_rules_are_told_in_the_learners_language() {
    let place = here("FROM debian:12\n");
    lint(&place, &["--explain", "dl3009"])
        .expect(0)
        .says("package lists")
        .says("Task 2");
    lint(&place, &["--explain", "DL3009", "--lang", "fr"])
        .expect(0)
        .says("listes de paquets");
    let list = lint(&place, &["--list"]).expect(0);
    assert!(list.stdout.lines().count() > 95, "{}", list.stdout);
}

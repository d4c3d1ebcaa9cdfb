//! `dockerlab lint` compared with hadolint's own binary: the same codes at the same lines, the same settings, reports
//! of the same shape.
//!
//! The forms in `tests/lint/` are good and bad ones of every rule. Each is judged by itself, and a few thousand files
//! are put together from them. `scripts/lint-peers` installs hadolint.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Stdio},
};

use dockerlab::lint::{Config, Facts, Family, UNREADABLE, lint, rules};

use serde_json::Value;

use crate::{
    lint::{MESSY, here, lint as run, put},
    support::{Dice, Ran, peer, public_dockerfiles, repository},
};

/// Codes by line.
type Found = BTreeSet<(u32, String)>;

/// The forms of a file: one a line, `\n` for a line's end and `\\` for a backslash.
fn forms(name: &str) -> Vec<String> {
    let text = fs::read_to_string(repository().join("tests/lint").join(name)).unwrap();
    text.lines()
        .map(|line| {
            line.replace("\\\\", "\u{0}")
                .replace("\\n", "\n")
                .replace('\u{0}', "\\")
        })
        .collect()
}

fn ours(text: &str, config: &Config) -> Found {
    lint(text, config, &Facts::default())
        .into_iter()
        // What docker refuses, hadolint often takes.
        .filter(|finding| finding.code != UNREADABLE)
        .map(|finding| (finding.line, finding.code))
        .collect()
}

/// What hadolint finds, by file; none for a file that it cannot read, or that it crashes at.
fn theirs(texts: &[String], arguments: &[&str]) -> Vec<Option<Found>> {
    let folder = tempfile::tempdir().unwrap();
    for (index, text) in texts.iter().enumerate() {
        fs::File::create(folder.path().join(index.to_string()))
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
            .unwrap();
    }
    let mut found = vec![None; texts.len()];
    let all: Vec<usize> = (0..texts.len()).collect();
    // Two calls at a time.
    for pair in all.chunks(500) {
        let mut answers = Vec::new();
        std::thread::scope(|scope| {
            let calls: Vec<_> = pair
                .chunks(250)
                .map(|part| {
                    let folder = folder.path();
                    scope.spawn(move || {
                        let mut found = vec![None; texts.len()];
                        ask(folder, part, arguments, &mut found);
                        (part, found)
                    })
                })
                .collect();
            answers.extend(calls.into_iter().map(|call| call.join().unwrap()));
        });
        for (part, mut answer) in answers {
            for index in part {
                found[*index] = answer[*index].take();
            }
        }
    }
    found
}

/// Asks about several files in one call; where it crashes, about each half.
fn ask(folder: &Path, part: &[usize], arguments: &[&str], found: &mut [Option<Found>]) {
    let answer = Command::new(peer("hadolint"))
        .args(["--no-fail", "--format", "json"])
        .args(arguments)
        .args(part.iter().map(|index| folder.join(index.to_string())))
        .output()
        .unwrap();
    let Ok(report) = serde_json::from_slice::<Vec<Value>>(&answer.stdout) else {
        if part.len() > 1 {
            let (a, b) = part.split_at(part.len() / 2);
            ask(folder, a, arguments, found);
            ask(folder, b, arguments, found);
        }
        return;
    };
    for index in part {
        found[*index] = Some(Found::new());
    }
    for one in report {
        let index: usize = one["file"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let code = one["code"].as_str().unwrap().to_owned();
        if code == UNREADABLE {
            found[index] = None;
        } else if code.starts_with("DL")
            && let Some(found) = &mut found[index]
        {
            found.insert((u32::try_from(one["line"].as_u64().unwrap()).unwrap(), code));
        }
    }
}

/// Where we differ from hadolint deliberately: the code, a part of the instruction (behind `^`: of it or of what is
/// above), and why, as `docs/lint.md` says it.
const KNOWN: &[(&str, &str, &str)] = &[
    ("DL3006", "localhost:5000/", "A registry's port is not a tag"),
    ("DL3007", "localhost:5000/", "A registry's port is not a tag"),
    ("DL3025", "\\", "A JSON array counts as one if docker reads it as one"),
    ("DL3025", "\t", "A JSON array counts as one if docker reads it as one"),
    ("DL3026", "--from=0", "A stage's number is not an image"),
    ("DL3032", "rm ", "Removing files before the installation cleans nothing"),
    ("DL3040", "rm ", "Removing files before the installation cleans nothing"),
    ("DL3062", "go run", "Every `go` command of a RUN is checked"),
    ("DL3062", "go get", "Every `go` command of a RUN is checked"),
    (
        "DL3062",
        "cat <<",
        "What follows a here-document's opening word is checked",
    ),
    (
        "DL3065",
        "\"$TARGETPLATFORM\"",
        "Quotes around `$TARGETPLATFORM` change nothing",
    ),
    ("DL3066", "USER 1 ", "Blanks after a user's number change nothing"),
    (
        "DL4006",
        "^/usr/bin/",
        "A shell's options count wherever the shell is installed",
    ),
    (
        "DL4006",
        "^/usr/local/bin/bash",
        "A shell's options count wherever the shell is installed",
    ),
    ("DL4006", "pipefail", "A pipe after `set -o pipefail` is not reported"),
    (
        "DL3059",
        "^powershell",
        "Commands of a RUN that ShellCheck cannot read are counted",
    ),
    ("DL3003", "^Escape", "Directives are read in any case"),
    ("DL4006", "^Escape", "Directives are read in any case"),
];

/// The differences that no part of an instruction tells.
const KNOWN_OF_STAGES: &str = "Two stages from the same image are two stages";

#[test]
fn the_documentation_lists_every_known_difference() {
    let page = fs::read_to_string(repository().join("docs/lint.md")).unwrap();
    let plain = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for (code, _, why) in KNOWN.iter().chain(&[("DL3045", "", KNOWN_OF_STAGES)]) {
        let listed = plain.split("- ").find(|item| item.contains(why));
        assert!(listed.is_some_and(|item| item.contains(code)), "{code}: {why}");
    }
}

/// Whether a difference is known.
fn known(text: &str, line: u32, code: &str) -> bool {
    let parsed = dockerlab::dockerfile::parse(text);
    let lines: Vec<&str> = text.lines().collect();
    let Some(instruction) = parsed.instruction_at(line) else {
        return false;
    };
    let own = lines[instruction.start_line as usize - 1..instruction.end_line as usize].join("\n");
    let above = lines[..instruction.end_line as usize].join("\n");
    // hadolint takes a stage without a name for the base of a later one from the same image, whatever its tag.
    let name = |base: &str| base.split(['@', ':']).next().unwrap_or_default().to_owned();
    let mut bases: Vec<String> = parsed.stages().iter().map(|stage| name(&stage.base)).collect();
    let all = bases.len();
    bases.sort();
    bases.dedup();
    if bases.len() < all && ["DL3009", "DL3042", "DL3045", "DL3060"].contains(&code) {
        return true;
    }
    KNOWN.iter().any(|(known, part, _)| {
        let found = match part.strip_prefix('^') {
            Some(part) => above.contains(part),
            None => format!("{own}\n").contains(&part.replace("USER 1 ", "USER 1 \n")),
        };
        *known == code && found
    })
}

/// Compares ours with theirs; returns how many files were compared, how many findings are theirs, and how many
/// differences are known ones.
fn compare(texts: &[String], config: &Config, arguments: &[&str]) -> (usize, usize, usize) {
    let mut findings = 0;
    let mut compared = 0;
    let mut passed_over = 0;
    let mut different = Vec::new();
    let mut codes = BTreeMap::<String, usize>::new();
    for (text, theirs) in texts.iter().zip(theirs(texts, arguments)) {
        let Some(theirs) = theirs else { continue };
        compared += 1;
        findings += theirs.len();
        let ours = ours(text, config);
        let unknown: Vec<String> = ours
            .symmetric_difference(&theirs)
            .filter(|(line, code)| {
                let is_known = known(text, *line, code);
                passed_over += usize::from(is_known);
                !is_known
            })
            .map(|(line, code)| {
                *codes.entry(code.clone()).or_default() += 1;
                let whose = if ours.contains(&(*line, code.clone())) {
                    "ours"
                } else {
                    "theirs"
                };
                format!("{line} {code} is only {whose}")
            })
            .collect();
        if !unknown.is_empty() {
            different.push(format!("{text}\n-- {}", unknown.join("; ")));
        }
    }
    different.sort_by_key(String::len);
    assert!(
        different.is_empty(),
        "{} of {compared} differ: {codes:?}\n\n{}",
        different.len(),
        different.iter().take(15).cloned().collect::<Vec<_>>().join("\n\n")
    );
    (compared, findings, passed_over)
}

fn hadolint_only() -> Config {
    Config {
        families: vec![Family::Hadolint],
        ..Config::default()
    }
}

#[test]
#[ignore = "needs hadolint: scripts/lint-peers"]
fn every_form_of_every_rule_is_judged_as_hadolint_does() {
    let mut texts = Vec::new();
    for run in forms("run.txt") {
        texts.push(format!("FROM debian:12\nRUN {run}\n"));
    }
    for instruction in forms("instruction.txt") {
        texts.push(format!("FROM debian:12\n{instruction}\n"));
    }
    texts.extend(forms("file.txt").into_iter().map(|file| format!("{file}\n")));
    // The examples on the rules' own pages, but for those that need settings.
    let pages = rules().iter().map(|rule| &rule.page().examples);
    let plain = pages.filter(|examples| examples.iter().all(|one| one.kind == "bad" || one.kind == "good"));
    texts.extend(plain.flatten().map(|example| example.text.clone()));
    let (compared, ..) = compare(&texts, &hadolint_only(), &[]);
    assert!(compared > 1500, "{compared}");
}

/// A RUN of a few commands, joined and wrapped in some way.
fn joined_run(dice: &mut Dice, runs: &[String]) -> String {
    let mut text = dice.one(runs).clone();
    for _ in 0..dice.below(4) {
        let joined = *dice.one(&[" && ", "; ", " || ", " && \\\n    ", " ;\\\n  ", " && \\\n# why\n  "]);
        text.push_str(joined);
        text.push_str(dice.one(runs).as_str());
    }
    match dice.below(12) {
        0 => format!("RUN ({text})"),
        1 => format!("RUN if {text}; then x; fi"),
        2 => format!("RUN {{ {text}; }}"),
        3 => format!("RUN for p in a b; do {text}; done"),
        4 => format!("RUN set -eux; {text}"),
        5 => format!("ONBUILD RUN {text}"),
        6 => format!("RUN --mount=type=cache,target=/root/.cache/pip {text}"),
        7 => format!("RUN x $({text})"),
        8 => format!("# hadolint ignore=DL3008,DL3013,DL3059\nRUN {text}"),
        _ => format!("RUN {text}"),
    }
}

#[test]
#[ignore = "needs hadolint: scripts/lint-peers"]
fn files_put_together_from_the_forms_are_judged_as_hadolint_does() {
    // What leaves a quote, a bracket or a comment open changes what the forms beside it are.
    let is_whole = |form: &String| !form.contains(['#', '`', '\\', '&', '(', ')', '{', '}', '>', '<', '"', '\'', '~']);
    let runs: Vec<String> = forms("run.txt").into_iter().filter(is_whole).collect();
    let instructions: Vec<String> = forms("instruction.txt")
        .into_iter()
        .filter(|form| !form.contains("<<") && !form.ends_with('\\') && !form.contains("#!"))
        .collect();
    // A file with a form that hadolint crashes at cannot be compared, and costs a call for each half of its batch.
    let alone: Vec<String> = instructions
        .iter()
        .map(|form| format!("FROM debian:12\n{form}\n"))
        .collect();
    let answers = theirs(&alone, &[]);
    let mut is_read = answers.iter().map(Option::is_some);
    let instructions: Vec<String> = instructions
        .into_iter()
        .filter(|_| is_read.next() == Some(true))
        .collect();
    let mut dice = Dice::new(7);
    let mut texts = Vec::new();
    for _ in 0..1700 {
        let mut text = String::new();
        for stage in 0..=dice.below(3) {
            let name = if dice.below(2) == 0 {
                format!(" AS s{stage}")
            } else {
                String::new()
            };
            let base = dice.one(&[
                "debian:12",
                "python:3.12",
                "debian",
                "s0",
                "s1",
                "alpine:latest",
                "scratch",
            ]);
            text.push_str(&format!("FROM {base}{name}\n"));
            for _ in 0..dice.below(6) {
                let line: String = if dice.below(2) == 0 {
                    joined_run(&mut dice, &runs)
                } else {
                    dice.one(&instructions).clone()
                };
                text.push_str(&line);
                text.push('\n');
                if dice.below(6) == 0 {
                    text.push_str("\n# a word\n");
                }
            }
        }
        texts.push(text);
    }
    let (compared, ..) = compare(&texts, &hadolint_only(), &[]);
    assert!(compared > 1500, "{compared}");
}

#[test]
#[ignore = "needs hadolint: scripts/lint-peers"]
fn labels_and_registries_are_judged_as_hadolint_does() {
    let schema = "a:text,b:url,c:semver,d:hash,e:rfc3339,f:spdx,g:email";
    let values = [
        "x",
        "\"\"",
        "''",
        "http://a.b/c?d",
        "a.b/c",
        "urn:x:y",
        "1.2.3",
        "1.2",
        "v1.2.3",
        "1.2.3-rc.1+b",
        "5b75ddf",
        "0123456789abcdef0123456789abcdef01234567",
        "2024-01-01T00:00:00Z",
        "2024-01-01",
        "MIT",
        "mit",
        "Foo",
        "a@b.c",
        "a@@b",
        "$x",
        "GPL-3.0-only",
        "BSD-3-Clause",
    ];
    let mut texts = Vec::new();
    for value in values {
        for label in ["a", "b", "c", "d", "e", "f", "g"] {
            texts.push(format!("FROM debian:12\nLABEL {label}={value}\n"));
        }
    }
    texts.push("FROM a:1 AS x\nLABEL a=1 b=http://c\nFROM x\nLABEL c=1.2.3\nFROM b:1\n".to_owned());
    texts.push("FROM a:1 AS x\nFROM x\nLABEL a=1\nLABEL a=\n".to_owned());
    let mut config = hadolint_only();
    for label in schema.split(',') {
        config.require_label(label).unwrap();
    }
    let mut arguments = Vec::new();
    for label in schema.split(',') {
        arguments.extend(["--require-label", label]);
    }
    let (compared, ..) = compare(&texts, &config, &arguments);
    assert_eq!(compared, texts.len());

    config.strict_labels = true;
    arguments.push("--strict-labels");
    texts.push("FROM a:1\nLABEL a=1 z=2\nLABEL y=3\n".to_owned());
    compare(&texts, &config, &arguments);

    let mut texts = Vec::new();
    for image in [
        "debian:1",
        "a.b/x:1",
        "c.d/x:1",
        "docker.io/x:1",
        "x/y:1",
        "scratch",
        "$x",
        "c.d/$x:1",
        "sub.a.b/x:1",
        "q.e.f/x:1",
        "e.f/x:1",
        "r.q.e.f/x:1",
    ] {
        texts.push(format!("FROM {image}\n"));
        texts.push(format!(
            "FROM a.b/x:1 AS s\nFROM s\nCOPY --from={image} /a /b\nRUN --mount=type=bind,from={image},target=/z a\n"
        ));
    }
    texts.push("FROM a.b/x:1 AS s\nFROM s\nCOPY --from=s /a /b\nCOPY --from=0 /a /b\n".to_owned());
    for trusted in [vec!["docker.io", "a.b"], vec!["a.b", "*.e.f"], vec!["*"]] {
        let config = Config {
            trusted_registries: trusted.iter().map(|one| (*one).to_owned()).collect(),
            ..hadolint_only()
        };
        let arguments: Vec<&str> = trusted.iter().flat_map(|one| ["--trusted-registry", one]).collect();
        compare(&texts, &config, &arguments);
    }
}

fn hadolint(folder: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(peer("hadolint"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("NO_COLOR", "1")
        .env("HOME", folder.join("home"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap_or(-1),
    }
}

/// Lines, codes and severities.
fn told(report: &Value) -> Vec<String> {
    let findings = report.as_array().unwrap();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let mut told: Vec<String> = findings
        .iter()
        .filter(|one| text(one, "code").starts_with("DL"))
        .map(|one| format!("{} {} {}", one["line"], text(one, "code"), text(one, "level")))
        .collect();
    // hadolint sorts a line's findings by their codes, we by their columns.
    told.sort();
    told
}

#[test]
#[ignore = "needs hadolint: scripts/lint-peers"]
fn the_settings_of_hadolint_mean_the_same_here() {
    let pragma =
        "# hadolint ignore=DL3007\nFROM debian:latest\n# hadolint ignore=DL3003,SC2164 # why\nRUN cd /tmp\nRUN cd /x\n";
    let global = "# hadolint global ignore=DL3007\nFROM debian:latest\nRUN cd /tmp\n";
    let trusted = "FROM a.b/x:1\nFROM debian:12\n";
    let labelled = "FROM debian:12\nLABEL a=\"\" b=x\n";
    let cases: [(&str, &str, &[&str]); 24] = [
        (MESSY, "", &[]),
        (MESSY, "ignored: [DL3007, DL3004]\n", &[]),
        (MESSY, "ignored:\n  - DL3007\n", &["--ignore", "DL3003"]),
        (MESSY, "failure-threshold: error\n", &[]),
        (MESSY, "ignored: [DL3004]\nfailure-threshold: error\n", &[]),
        (MESSY, "ignored: [DL3004]\nfailure-threshold: error\n", &["-t", "info"]),
        (MESSY, "no-fail: true\n", &[]),
        (MESSY, "", &["--no-fail"]),
        (MESSY, "failure-threshold: none\n", &[]),
        (
            MESSY,
            "override:\n  error: [DL3007]\n  info:\n    - DL3004\n  style: [DL3003]\n",
            &[],
        ),
        (MESSY, "override:\n  error: [DL3007]\n", &["--error", "DL3003"]),
        (MESSY, "", &["--style", "DL3004", "--info", "DL3003", "-t", "warning"]),
        (MESSY, "ignored: [DL3004]\noverride:\n  error: [DL3004]\n", &[]),
        (pragma, "", &[]),
        (pragma, "disable-ignore-pragma: true\n", &[]),
        (pragma, "", &["--disable-ignore-pragma"]),
        (global, "", &[]),
        (global, "override: {warning: [DL1001]}\n", &[]),
        (trusted, "trustedRegistries: [docker.io]\n", &[]),
        (
            trusted,
            "trustedRegistries:\n  - \"*.b\"\n",
            &["--trusted-registry", "a.b"],
        ),
        (labelled, "label-schema:\n  a: text\n  b: url\n  c: semver\n", &[]),
        (labelled, "label-schema: {a: text}\nstrict-labels: true\n", &[]),
        (labelled, "strict-labels: true\n", &["--require-label", "a:text"]),
        ("FROM debian:12\n", "", &[]),
    ];
    for (dockerfile, settings, arguments) in cases {
        let place = here(dockerfile);
        put(&place, ".hadolint.yaml", settings);
        let ours = run(
            &place,
            &[&["--rules", "hadolint", "--format", "json", "Dockerfile"], arguments].concat(),
        );
        // What ShellCheck finds counts in hadolint's exit code, and is left out of the comparison.
        let theirs = hadolint(
            place.dir.path(),
            &[&["--format", "json", "Dockerfile"], arguments].concat(),
        );
        assert_eq!(
            told(&ours.json()),
            told(&theirs.json()),
            "{dockerfile}{settings}{arguments:?}"
        );
        assert_eq!(ours.code, theirs.code, "{dockerfile}{settings}{arguments:?}");
    }
}

/// A report without what is each program's own: its name, its sentences, its columns.
fn shape(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(shape),
        Value::Object(all) => {
            for own in ["tool", "$schema"] {
                all.remove(own);
            }
            for (key, value) in all.iter_mut() {
                let is_own = [
                    "message",
                    "description",
                    "text",
                    "fingerprint",
                    "engineId",
                    "column",
                    "startColumn",
                    "endColumn",
                ]
                .contains(&key.as_str());
                if is_own && !value.is_object() {
                    *value = Value::from(if value.is_string() { "text" } else { "number" });
                } else {
                    shape(value);
                }
            }
        }
        _ => {}
    }
}

#[test]
#[ignore = "needs hadolint: scripts/lint-peers"]
fn reports_for_programs_are_built_as_hadolints_are() {
    let dockerfile = "FROM debian:latest\nUSER app\nRUN sudo x\nMAINTAINER me\nLABEL a=b\n";
    let place = here(dockerfile);
    put(&place, "other/Dockerfile", "FROM debian\n");
    let files = ["Dockerfile", "other/Dockerfile"];
    for format in [
        "json",
        "gitlab_codeclimate",
        "sonarqube",
        "sarif",
        "codeclimate",
        "codacy",
    ] {
        let ours = run(&place, &[&["--rules", "hadolint", "-f", format], &files[..]].concat());
        let theirs = hadolint(place.dir.path(), &[&["-f", format], &files[..]].concat());
        let documents = |ran: &Ran| -> Vec<Value> {
            serde_json::Deserializer::from_str(&ran.stdout.replace('\u{0}', " "))
                .into_iter::<Value>()
                .map(|document| {
                    let mut document = document.unwrap();
                    shape(&mut document);
                    document
                })
                .collect()
        };
        assert_eq!(documents(&ours), documents(&theirs), "{format}");
        assert_eq!(ours.code, theirs.code, "{format}");
    }
    for format in ["tty", "gnu", "checkstyle"] {
        let ours = run(&place, &[&["--rules", "hadolint", "-f", format], &files[..]].concat());
        let theirs = hadolint(place.dir.path(), &[&["-f", format], &files[..]].concat());
        // Up to the sentence, whatever the order of an element's attributes.
        let heads = |text: &str| -> Vec<String> {
            text.replace('>', ">\n")
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(|line| {
                    if let Some(element) = line.trim().strip_prefix("<error ") {
                        let mut attributes: Vec<&str> = element.split("\" ").collect();
                        attributes.retain(|attribute| !attribute.starts_with("message"));
                        let mut attributes: Vec<&str> = attributes
                            .iter()
                            .map(|one| one.trim_end_matches("/>").trim_end_matches('"'))
                            .collect();
                        attributes.sort_unstable();
                        return attributes.join(" ");
                    }
                    let line = line.trim().replace("hadolint:", "dockerlab:");
                    ["warning: ", "error: ", "info: "]
                        .iter()
                        .find_map(|word| Some(format!("{}{word}", line.split_once(word)?.0)))
                        .unwrap_or(line)
                })
                .collect()
        };
        assert_eq!(heads(&ours.stdout), heads(&theirs.stdout), "{format}");
        assert_eq!(ours.code, theirs.code, "{format}");
    }
}

#[test]
#[ignore = "needs hadolint and others' Dockerfiles: scripts/lint-peers, scripts/public-dockerfiles"]
fn public_files_are_judged_as_hadolint_does_at_length() {
    let texts: Vec<String> = public_dockerfiles().into_iter().map(|(_, text)| text).collect();
    let (compared, findings, passed_over) = compare(&texts, &hadolint_only(), &[]);
    println!(
        "{} files, {compared} compared, {findings} findings, {passed_over} known differences",
        texts.len()
    );
    assert!(compared > 300, "{compared} of {}", texts.len());
}

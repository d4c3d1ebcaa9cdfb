//! BuildKit's rules compared with `docker build --check` of the engine: the same names at the same lines.

use std::{collections::BTreeSet, fs, process::Command};

use dockerlab::lint::{Config, Facts, Family, UNREADABLE, lint};
use serde_json::Value;

use crate::support::{buildx, current};

type Found = BTreeSet<(u64, String)>;

/// What docker finds; none where it refuses the file.
fn theirs(host: &str, text: &str) -> Option<Found> {
    let folder = tempfile::tempdir().unwrap();
    fs::File::create(folder.path().join("Dockerfile"))
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
        .unwrap();
    let answer = Command::new(buildx())
        .args(["build", "--call=lint,format=json", "."])
        .current_dir(folder.path())
        .env("DOCKER_HOST", host)
        .env("DOCKER_CONFIG", folder.path())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&answer.stdout).ok()?;
    if report.get("buildError").is_some_and(|error| !error.is_null()) {
        return None;
    }
    let warnings = report["warnings"].as_array().cloned().unwrap_or_default();
    let one = |warning: &Value| {
        let line = warning["location"]["ranges"][0]["start"]["line"]
            .as_u64()
            .unwrap_or_default();
        (line, warning["ruleName"].as_str().unwrap().to_owned())
    };
    Some(warnings.iter().map(one).collect())
}

fn ours(text: &str) -> Found {
    let config = Config {
        families: vec![Family::BuildKit],
        ..Config::default()
    };
    let findings = lint(text, &config, &Facts::default()).into_iter();
    findings
        .filter(|finding| finding.code != UNREADABLE)
        .map(|finding| (u64::from(finding.line), finding.code))
        .collect()
}

fn files() -> Vec<String> {
    let mut files = Vec::new();
    let words = ["$A", "'$A'", "\"$A\"", "\\$A", "${A:-b}", "${A:-$B}", "$A$A", "\\\\$A"];
    let places = [
        "ENV X=%",
        "LABEL x=%",
        "ARG X=%",
        "WORKDIR /%",
        "COPY % /",
        "COPY --chown=% a /",
        "ENV %=1",
        "EXPOSE %",
    ];
    for (word, place) in words.iter().flat_map(|word| places.map(|place| (word, place))) {
        files.push(format!("FROM scratch\n{}\n", place.replace('%', word)));
    }
    for body in ["$A", "'$A'", "\\$A", "${A:-b}"] {
        for end in ["E", "\"E\""] {
            files.push(format!("ARG A=1\nFROM scratch\nCOPY <<{end} /x\n{body}\nE\n"));
            files.push(format!("FROM scratch\nARG A\nADD <<{end} /x\n{body}\nE\n"));
        }
    }
    for name in ["amd64", "build-arm64", "linux", "i386", "Linux", "x"] {
        for platform in ["linux/amd64", "linux/aarch64", "linux", "linux/i386", "windows/x86_64"] {
            files.push(format!("FROM --platform={platform} scratch AS {name}\n"));
        }
    }
    let rest = [
        "ARG A=1\nFROM scratch\nENV X=$A\n",
        "ARG A=1\nFROM scratch AS b\nARG A\nFROM b\nENV X=$A\n",
        "FROM scratch\nARG A=1 B=$A\n",
        "FROM scratch\nENV A=1 B=$A\n",
        "FROM scratch\nARG A=$A\n",
        "FROM scratch\nARG PUBLIC_KEY\nARG API_KEY\nENV AUTHOR=1 AUTH=1\n",
        "ARG API_KEY\nFROM scratch\n",
        "FROM scratch\nRUN a \\\n\n b\n",
        "FROM scratch\nRUN a \\\n\n\n b \\\n\n c\nRUN d \\\n\n e\n",
        "FROM scratch\nCOPY a \\\n\n <<E b/\nx\nE\n",
        "FROM scratch\nCMD a\nENV A=1\nCMD b\nCMD [\"c\"]\n",
        "FROM scratch\nENTRYPOINT [\"a\",\\\n\"b\"]\nENTRYPOINT [\"c\"]\nHEALTHCHECK NONE\nHEALTHCHECK CMD a\n",
        "# check=skip=StageNameCasing,JSONArgsRecommended // why\nFROM scratch AS Build\nCMD a\n",
        "# check=skip=all;error=false\nFROM scratch AS Build\nCMD a\n",
        "# check=experimental=InvalidDefinitionDescription\n# hello\nFROM scratch AS build\n",
        "FROM scratch as Build\ncmd a\nMAINTAINER b\nEXPOSE 80/TCP\nWORKDIR x\nENV A 1\n",
        "FROM scratch AS context\nFROM scratch AS context\n",
        "FROM --platform=$TARGETPLATFORM scratch\n",
        "FROM scratch\nCMD [\"a\"] \\\n",
        "FROM scratch\nCMD [\"a\"] \\\\\n",
        "FROM scratch\nENTRYPOINT [\"a\"] \\\n# c\nCMD [\"b\"]\n",
        "FROM scratch\nENTRYPOINT [\"a\"] \\\n\nCMD [\"b\"]\n",
        "# escape=`\nFROM scratch\nCMD [\"a\"] `\n b\n",
    ];
    files.extend(rest.map(str::to_owned));
    files
}

#[test]
#[ignore = "needs an engine and docker-buildx: scripts/test"]
fn dockers_own_checks_find_the_same_at_the_same_lines() {
    let engine = current();
    let files = files();
    let mut different = Vec::new();
    let mut compared = 0;
    for part in files
        .chunks(files.len().div_ceil(4))
        .map(<[String]>::to_vec)
        .collect::<Vec<_>>()
        .chunks(4)
    {
        std::thread::scope(|scope| {
            let host = &engine.host;
            let calls: Vec<_> = part
                .iter()
                .map(|texts| scope.spawn(move || texts.iter().map(|text| theirs(host, text)).collect::<Vec<_>>()))
                .collect();
            for (texts, call) in part.iter().zip(calls) {
                for (text, theirs) in texts.iter().zip(call.join().unwrap()) {
                    let Some(theirs) = theirs else { continue };
                    compared += 1;
                    let ours = ours(text);
                    if ours != theirs {
                        different.push(format!("{text}-- ours {ours:?}\n-- docker's {theirs:?}"));
                    }
                }
            }
        });
    }
    assert!(different.is_empty(), "{}", different.join("\n\n"));
    assert!(compared > 100, "{compared} of {}", files.len());
}

//! ShellCheck's findings, if it is installed: it runs once for a Dockerfile, on all its RUNs.

use std::{collections::BTreeSet, path::Path, process::Command, time::Duration};

use serde::Deserialize;

use crate::{
    disk::Scripts,
    dockerfile::{Form, Keyword, parse},
    error::Error,
    lint::{Config, Finding, Severity, silenced},
    program::{self, Ended},
};

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of its report that are read.
const LIMIT: u64 = 8 << 20;

/// Rules that say nothing about a line of a Dockerfile: files that are not there, shells that it does not know.
const EXCLUDED: &str = "SC2187,SC1090,SC1091";

#[derive(Deserialize)]
struct Report {
    comments: Vec<Comment>,
}

#[derive(Deserialize)]
struct Comment {
    file: String,
    line: u32,
    column: u32,
    level: String,
    code: u32,
    message: String,
}

/// Whether it is installed.
pub(super) fn is_installed() -> bool {
    let mut version = Command::new("shellcheck");
    version.arg("--version");
    matches!(program::ask(version, &[], LIMIT, PATIENCE), Ended::Answered(status, _) if status.success())
}

/// Where Linux distributions have the program that installs packages, and what installs ShellCheck with it.
const INSTALLERS: [(&str, &str); 5] = [
    ("/usr/bin/apt-get", "sudo apt-get install shellcheck"),
    ("/usr/bin/dnf", "sudo dnf install ShellCheck"),
    ("/usr/bin/pacman", "sudo pacman -S shellcheck"),
    ("/sbin/apk", "sudo apk add shellcheck"),
    ("/usr/bin/zypper", "sudo zypper install ShellCheck"),
];

/// The command that installs it here, or the page that says how.
pub(super) fn install() -> &'static str {
    if cfg!(target_os = "macos") {
        return "brew install shellcheck";
    }
    if cfg!(windows) {
        return "winget install koalaman.shellcheck";
    }
    let found = INSTALLERS.iter().find(|(program, _)| Path::new(program).exists());
    found.map_or("https://github.com/koalaman/shellcheck#installing", |(_, command)| {
        command
    })
}

/// Whether a Dockerfile has commands that it would be asked about.
pub(super) fn has_scripts(source: &str) -> bool {
    let is_script =
        |one: &crate::dockerfile::Instruction| one.keyword == Keyword::Run && matches!(one.form, Form::Shell(_));
    parse(source).instructions.iter().any(is_script)
}

/// Adds what ShellCheck finds.
pub(super) fn add(source: &str, config: &Config, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let dockerfile = parse(source);
    let mut names: BTreeSet<&str> = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "PATH"].into();
    let mut shell = "sh".to_owned();
    let mut texts = Vec::new();
    let mut runs = Vec::new();
    for instruction in &dockerfile.instructions {
        match instruction.keyword {
            Keyword::From => "sh".clone_into(&mut shell),
            Keyword::Arg | Keyword::Env => names.extend(instruction.pairs.iter().map(|pair| pair.name.as_str())),
            Keyword::Shell => {
                let word = instruction.arguments().next().unwrap_or_default();
                word.rsplit('/').next().unwrap_or_default().clone_into(&mut shell);
            }
            Keyword::Run => {
                let Form::Shell(text) = &instruction.form else { continue };
                if !matches!(shell.as_str(), "sh" | "bash" | "dash" | "ksh" | "ash") || !instruction.heredocs.is_empty()
                {
                    continue;
                }
                let exported: Vec<String> = names.iter().map(|name| format!("export {name}=1")).collect();
                let named = if shell == "ash" { "dash" } else { &shell };
                texts.push(format!("#!/bin/{named}\n{}\n{text}\n", exported.join(";")));
                runs.push(instruction);
            }
            _ => {}
        }
    }
    if texts.is_empty() {
        return Ok(());
    }
    let Some(report) = ask(&texts)? else { return Ok(()) };
    for comment in report.comments {
        let index = comment
            .file
            .rsplit('/')
            .next()
            .and_then(|name| name.parse::<usize>().ok());
        // The two lines above the commands are ours.
        let Some(run) = index.and_then(|index| runs.get(index)).filter(|_| comment.line > 2) else {
            continue;
        };
        let code = format!("SC{}", comment.code);
        let severity = config.severity_of(&code, Severity::of(&comment.level).unwrap_or(Severity::Info));
        if severity == Severity::Off || config.ignored.contains(&code) {
            continue;
        }
        let column = usize::try_from(comment.column).unwrap_or(usize::MAX).saturating_sub(1);
        let offset = run.text.char_indices().nth(column).map_or(0, |(at, _)| at);
        let finding = Finding {
            code,
            severity,
            message: console::strip_ansi_codes(&comment.message).into_owned(),
            line: run.start_line,
            at: run.locate(offset),
            edits: Vec::new(),
        };
        if !silenced(&finding, &dockerfile, config) {
            findings.push(finding);
        }
    }
    findings.sort_by(|a, b| (a.line, a.at, &a.code).cmp(&(b.line, b.at, &b.code)));
    Ok(())
}

/// Its report; none where it does not answer as it should.
fn ask(texts: &[String]) -> Result<Option<Report>, Error> {
    let folder = Scripts::write(texts)?;
    let mut command = Command::new("shellcheck");
    command.args(["--norc", "--format=json1", "--exclude", EXCLUDED]);
    command.args(folder.paths());
    Ok(match program::ask(command, &[], LIMIT, PATIENCE) {
        Ended::Answered(_, answer) => serde_json::from_slice(&answer).ok(),
        Ended::TooLate | Ended::Failed(_) => None,
    })
}

//! Everything is copied before the dependencies are installed.
//!
//! A step comes from the cache until a file that it copies changes. Here, every change of the code installs all
//! dependencies again. Copy the list of dependencies first, install, then copy the rest.
//!
//! ```dockerfile bad
//! FROM python:3.12
//! WORKDIR /server
//! COPY . .
//! RUN pip install --no-cache-dir -r requirements.txt
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12
//! WORKDIR /server
//! COPY requirements.txt .
//! RUN pip install --no-cache-dir -r requirements.txt
//! COPY . .
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB001", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (index, step) in file.steps.iter().enumerate() {
        if step.on_build || !copies_everything(step) {
            continue;
        }
        let before = &file.steps[..index];
        let is_installed = |step: &&BuildStep<'_>| step.commands.iter().any(installs);
        if before
            .iter()
            .filter(|one| one.stage == step.stage)
            .any(|one| is_installed(&one))
        {
            continue;
        }
        let install = file
            .steps
            .iter()
            .skip(index + 1)
            .take_while(|one| one.stage == step.stage)
            .find(is_installed);
        if let Some(install) = install {
            report.within(
                step,
                (step.line, step.instruction.start_column),
                &say!("line {}", install.line),
            );
        }
    }
}

fn copies_everything(step: &BuildStep<'_>) -> bool {
    let copies = matches!(step.keyword(), Keyword::Copy | Keyword::Add) && step.instruction.flag("from").is_none();
    let words: Vec<&str> = step.instruction.arguments().map(unquoted).collect();
    copies
        && words
            .split_last()
            .is_some_and(|(_, sources)| sources.iter().any(|source| matches!(*source, "." | "./" | "*" | "/")))
}

/// Whether a command installs what a file of the project lists.
fn installs(command: &SimpleCommand) -> bool {
    let from_list = command.has_flag(&["r", "requirement"]) && command.has(&["install"]);
    let name = command.name();
    ((name.starts_with("pip") || is_pip_module(command)) && from_list)
        || (command.is_any(&["poetry", "pipenv", "bundle", "composer"]) && command.has(&["install"]))
        || (command.is("uv") && command.has(&["sync"]))
        || (command.is_any(&["npm", "pnpm"]) && command.has(&["ci", "install", "i"]) && command.plain().count() == 1)
        || (command.is("yarn") && (command.args.is_empty() || command.has(&["install"])))
        || (command.is("go") && command.has(&["mod"]) && command.has(&["download"]))
        || (command.is("cargo") && command.has(&["fetch"]))
}

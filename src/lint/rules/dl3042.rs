//! pip's cache stays in the layer.
//!
//! pip keeps its downloads for the next install; in an image, they are never used again.
//! `--no-cache-dir`, or `PIP_NO_CACHE_DIR=1`, stores nothing.
//!
//! ```dockerfile bad
//! FROM python:3.12
//! RUN pip install fastapi==0.110.0
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12
//! RUN pip install --no-cache-dir fastapi==0.110.0
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12
//! RUN --mount=type=cache,target=/root/.cache/pip pip install fastapi==0.110.0
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3042", Severity::Warning, check);

const NAME: &str = "PIP_NO_CACHE_DIR";

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    // The stages in which the variable is set, from this step on.
    let mut is_set: Vec<usize> = Vec::new();
    for step in &file.steps {
        let Some(stage) = step.stage else { continue };
        if step.keyword() == Keyword::Env && !step.on_build {
            let sets = step
                .instruction
                .pairs
                .iter()
                .any(|pair| pair.name == NAME && pair.value.as_deref().is_some_and(is_true));
            if sets {
                is_set.push(stage);
            }
        }
        let is_known = !step.on_build && file.in_lineage(stage, |stage| is_set.contains(&stage));
        let is_kept_out = is_known || keeps_out(step, |target| target.ends_with(".cache/pip"));
        // One that sets it in its RUN is taken to mean all of that RUN, as in hadolint.
        if is_kept_out || step.commands.iter().find_map(given) == Some(true) {
            continue;
        }
        let install = step.commands.iter().find(|command| {
            let is_pip = command.name().starts_with("pip") && !command.is_any(&["pipx", "pipenv"]);
            let installs = (is_pip && command.has(&["install"])) || is_pip_module(command);
            installs && !command.has_flag(&["no-cache-dir"])
        });
        if let Some(command) = install {
            report.within(step, command.program.at, "").fix_with(
                command
                    .arg(&["install"])
                    .and_then(|arg| arg.followed_by(" --no-cache-dir")),
            );
        }
    }
}

/// Whether the variable is true that a command is given, or gives to those behind it; none where it has none.
fn given(command: &SimpleCommand) -> Option<bool> {
    let before = command
        .assignments
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let hands_on = command.is_any(&["export", "env"]);
    let behind = command
        .args
        .iter()
        .filter(|_| hands_on)
        .filter_map(|arg| arg.text.split_once('='));
    before
        .chain(behind)
        .find(|(name, _)| *name == NAME)
        .map(|(_, value)| is_true(value))
}

fn is_true(value: &str) -> bool {
    matches!(
        unquoted(value).to_ascii_lowercase().as_str(),
        "1" | "true" | "yes" | "on"
    )
}

//! A pipe hides the failure of all but its last command.
//!
//! `a | b` succeeds if b does, though a failed: the build goes on with half a file. Tell the shell to look at all of
//! them.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN curl https://example.com/list | sort > /list
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! SHELL ["/bin/bash", "-o", "pipefail", "-c"]
//! RUN curl https://example.com/list | sort > /list
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL4006", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let mut is_safe = false;
    for step in file.steps.iter().filter(|step| !step.on_build) {
        match step.keyword() {
            Keyword::From => is_safe = false,
            Keyword::Shell => {
                let words: Vec<&str> = step.instruction.arguments().flat_map(str::split_whitespace).collect();
                is_safe = minds_pipes(&words);
            }
            Keyword::Run if !is_safe => {
                if let Some(command) = step.commands.iter().find(|command| command.piped) {
                    report.within(step, command.program.at, "");
                }
            }
            _ => {}
        }
    }
}

/// Whether a shell is no POSIX one, or stops for a pipe's failures.
fn minds_pipes(words: &[&str]) -> bool {
    let Some((shell, flags)) = words.split_first() else {
        return false;
    };
    let name = shell.rsplit('/').next().unwrap_or_default();
    let name = name.strip_suffix(".exe").unwrap_or(name);
    if matches!(name, "pwsh" | "powershell" | "cmd") {
        return true;
    }
    let has_option = flags
        .iter()
        .any(|flag| flag.starts_with('-') && !flag.starts_with("--") && flag.contains('o'));
    matches!(name, "bash" | "zsh" | "ash") && has_option && flags.contains(&"pipefail")
}

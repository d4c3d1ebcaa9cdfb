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
            Keyword::Run if !is_safe && !has_safe_interpreter(step) => {
                if let Some(command) = first_unsafe(step) {
                    report.within(step, command.program.at, "");
                }
            }
            _ => {}
        }
    }
}

/// The first command of a pipe of which the shell forgets the failure: `set -o pipefail` above it counts.
fn first_unsafe<'s>(step: &'s BuildStep<'_>) -> Option<&'s SimpleCommand> {
    // How deep the group stands in which failures are minded.
    let mut minds: Option<u32> = None;
    step.commands.iter().find(|command| {
        minds = minds.filter(|depth| command.depth >= *depth);
        if command.is("set") && !command.piped {
            for pair in command.args.windows(2) {
                if let [option, value] = pair
                    && value.text == "pipefail"
                    && option.text.ends_with('o')
                {
                    minds = option.text.starts_with('-').then_some(command.depth);
                }
            }
        }
        command.piped && minds.is_none()
    })
}

/// Whether the script of a here-document names an interpreter that minds pipes.
fn has_safe_interpreter(step: &BuildStep<'_>) -> bool {
    step.instruction.heredocs.first().is_some_and(|heredoc| {
        let line = heredoc.body.lines().next().and_then(|line| line.strip_prefix("#!"));
        let words: Vec<&str> = line.unwrap_or_default().split_whitespace().collect();
        let program = words.iter().position(|word| !word.ends_with("env") && *word != "-S");
        minds_pipes(words.get(program.unwrap_or_default()..).unwrap_or_default())
    })
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

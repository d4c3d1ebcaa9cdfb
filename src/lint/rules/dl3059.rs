//! Two RUNs in a row could be one.
//!
//! Each RUN makes a layer. Short commands that belong together read better, and store less, as one RUN joined by `&&`.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN make
//! RUN make install
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN make && make install
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3059", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let mut previous: Option<&BuildStep<'_>> = None;
    for step in &file.steps {
        let is_run = step.keyword() == Keyword::Run && !step.on_build;
        if is_run
            && let Some(before) = previous
            && count(before) <= 1
            && count(step) <= 1
            && same_flags(before.instruction, step.instruction)
        {
            report.at(step);
        }
        previous = is_run.then_some(step);
    }
}

/// How many commands hadolint counts: those with a name that is known, and `time` as one more.
fn count(step: &BuildStep<'_>) -> usize {
    let named = |command: &&SimpleCommand| !command.program.is_expanded;
    step.commands.iter().filter(named).count() + step.commands.iter().filter(|command| command.is_timed).count()
}

/// Whether two RUNs have the same flags, the order within a mount apart.
fn same_flags(a: &Instruction, b: &Instruction) -> bool {
    let sorted = |instruction: &Instruction| {
        let mut flags: Vec<(String, Vec<String>)> = instruction
            .flags
            .iter()
            .map(|flag| {
                let value = flag.value.as_deref().unwrap_or_default();
                let mut parts: Vec<String> = value.split(',').map(str::to_owned).collect();
                parts.sort();
                (flag.name.clone(), parts)
            })
            .collect();
        flags.sort();
        flags
    };
    sorted(a) == sorted(b)
}

//! What the rules about package managers have in common.

use crate::lint::{
    build_step::BuildStep,
    linted_dockerfile::LintedDockerfile,
    reporter::Reporter,
    simple_command::{Arg, SimpleCommand},
};

/// Reports packages without a version, at the first of them.
pub(super) fn report_unpinned(step: &BuildStep<'_>, loose: &[&Arg], report: &mut Reporter<'_>) {
    if let Some(first) = loose.first() {
        let names: Vec<&str> = loose.iter().map(|arg| arg.written.as_str()).collect();
        report.within(step, first.at, &names.join(", "));
    }
}

/// Whether a command is `python -m pip install`.
pub(super) fn is_pip_module(command: &SimpleCommand) -> bool {
    let texts: Vec<&str> = command.args.iter().map(|arg| arg.text.as_str()).collect();
    command.name().starts_with("python")
        && texts.windows(2).position(|two| two == ["-m", "pip"]).is_some_and(|at| {
            let rest = texts.get(at + 2..).unwrap_or_default();
            rest.first() == Some(&"install") || rest == ["--no-cache-dir", "install"]
        })
}

/// Reports programs that wait for an answer when one of these words is given to them without one of these flags.
pub(super) fn unanswered(
    file: &LintedDockerfile<'_>,
    programs: &[&str],
    words: &[&str],
    flags: &[&str],
    report: &mut Reporter<'_>,
) {
    for (step, command) in file.commands() {
        let Some(word) = command.arg(words).filter(|_| command.is_any(programs)) else {
            continue;
        };
        if !command.has_flag(flags) {
            report
                .within(step, command.program.at, "")
                .fix_with(word.followed_by(" -y"));
        }
    }
}

/// Reports RUNs in which a program installs and nothing cleans after it.
pub(super) fn uncleaned(
    file: &LintedDockerfile<'_>,
    programs: &[&str],
    words: &[&str],
    cleans: impl Fn(&SimpleCommand) -> bool,
    is_kept_out: impl Fn(&BuildStep<'_>) -> bool,
    report: &mut Reporter<'_>,
) {
    for step in file.runs() {
        let mut rest = step
            .commands
            .iter()
            .skip_while(|command| !(command.is_any(programs) && command.has(words)));
        let Some(install) = rest.next() else { continue };
        // What stands within the command itself, as in `$(…)`, comes before it in the list.
        let is_within = step
            .commands
            .iter()
            .any(|command| cleans(command) && command.program.at > install.program.at);
        if !is_within && !rest.any(&cleans) && !is_kept_out(step) {
            report.within(step, install.program.at, "");
        }
    }
}

/// Reports rpm packages without a version.
pub(super) fn unpinned_rpm(file: &LintedDockerfile<'_>, programs: &[&str], report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if !command.is_any(programs) || !command.has(&["install"]) {
            continue;
        }
        // What dnf calls a group has no version.
        if command.has(&["group"]) && !command.is("yum") {
            continue;
        }
        let is_module = command.has(&["module"]);
        let has_version = |package: &str| {
            if is_module {
                package.contains(':')
            } else {
                package
                    .match_indices('-')
                    .any(|(at, _)| package[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
            }
        };
        let loose: Vec<&Arg> = command
            .plain()
            .filter(|arg| !matches!(arg.text.as_str(), "install" | "module"))
            .filter(|arg| !has_version(&arg.text))
            .collect();
        report_unpinned(step, &loose, report);
    }
}

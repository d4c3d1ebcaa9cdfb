//! wget fills the log with its progress.
//!
//! In a build's log the bar is a line for every few kilobytes. `--progress=dot:giga` writes little, `-nv` and `-q`
//! less.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN wget https://example.com/big.tar
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN wget --progress=dot:giga https://example.com/big.tar
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3047", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let quiet = [
        "progress",
        "q",
        "quiet",
        "o",
        "output-file",
        "a",
        "append-output",
        "no-verbose",
    ];
    for (step, command) in file.commands() {
        if command.is("wget") && !command.has_flag(&quiet) && !command.has(&["-nv"]) {
            report
                .within(step, command.program.at, "")
                .fix_with(command.program.followed_by(" --progress=dot:giga"));
        }
    }
}

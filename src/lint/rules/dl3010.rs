//! An archive is copied and unpacked: ADD does both.
//!
//! COPY stores the archive in one layer and RUN its contents in another one, so the image carries both. ADD unpacks a
//! local tar archive as it copies it.
//!
//! ```dockerfile bad
//! FROM debian:12
//! COPY site.tar /srv/
//! RUN tar -xf /srv/site.tar -C /srv
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ADD site.tar /srv/
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3010", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (index, step) in file.steps.iter().enumerate() {
        if step.on_build
            || !file.is_last(step.stage)
            || step.keyword() != Keyword::Copy
            || step.instruction.flag("from").is_some()
        {
            continue;
        }
        let names = archives(step);
        let unpacked = file
            .steps
            .iter()
            .skip(index + 1)
            .take_while(|later| later.keyword() != Keyword::From)
            .filter(|later| !later.on_build)
            .flat_map(|later| &later.commands)
            .filter(|command| unpacks(command))
            .flat_map(|command| &command.args)
            .any(|arg| names.contains(&arg.base_name()));
        if unpacked {
            report.at(step);
        }
    }
}

/// The names that the copied archives have in the image.
fn archives<'s>(step: &'s BuildStep<'_>) -> Vec<&'s str> {
    let words: Vec<&str> = step.instruction.arguments().collect();
    let Some((target, sources)) = words.split_last() else {
        return Vec::new();
    };
    if is_archive(target) {
        return vec![base_name(target)];
    }
    sources
        .iter()
        .filter(|source| is_archive(source))
        .map(|source| base_name(source))
        .collect()
}

fn unpacks(command: &SimpleCommand) -> bool {
    let unpackers = [
        "bunzip2",
        "gunzip",
        "gzcat",
        "uncompress",
        "unlzma",
        "unxz",
        "unzip",
        "zcat",
        "zgz",
    ];
    command.is_any(&unpackers) || (command.is("tar") && command.has_flag(&["x", "extract", "get"]))
}

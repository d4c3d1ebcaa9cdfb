//! gem installs a package without a version.
//!
//! The newest version is installed, whichever that is on the day of the build. Write `package:version`, or
//! `--version`.
//!
//! ```dockerfile bad
//! FROM ruby:3.3
//! RUN gem install rake
//! ```
//!
//! ```dockerfile good
//! FROM ruby:3.3
//! RUN gem install rake:13.1.0
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3028", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        let has_version =
            command.has(&["-v", "--version"]) || command.args.iter().any(|arg| arg.text.starts_with("--version="));
        if !command.is("gem") || !command.has(&["install", "i"]) || has_version {
            continue;
        }
        let behind_flags: Vec<usize> = command.flags().map(|(index, _)| index + 1).collect();
        let loose: Vec<&Arg> = command
            .args
            .iter()
            .enumerate()
            .take_while(|(_, arg)| arg.text != "--")
            .filter(|(index, _)| !behind_flags.contains(index))
            .map(|(_, arg)| arg)
            .filter(|arg| !arg.text.starts_with('-') && !matches!(arg.text.as_str(), "install" | "i"))
            .filter(|arg| !arg.text.contains(':'))
            .collect();
        report_unpinned(step, &loose, report);
    }
}

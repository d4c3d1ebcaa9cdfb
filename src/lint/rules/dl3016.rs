//! npm installs a package without a version.
//!
//! The newest version is installed, whichever that is on the day of the build. Write `package@version`, or copy
//! package.json with its lock file and run `npm ci`.
//!
//! ```dockerfile bad
//! FROM node:20
//! RUN npm install express
//! ```
//!
//! ```dockerfile good
//! FROM node:20
//! RUN npm install express@4.18.2
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3016", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        if !command.is("npm") || !command.has(&["install"]) {
            continue;
        }
        let words = command.plain_without(&["loglevel", "registry"]);
        let loose: Vec<&Arg> = words
            .into_iter()
            .filter(|arg| arg.text != "install" && !is_fixed(&arg.text))
            .collect();
        report_unpinned(step, &loose, report);
    }
}

fn is_fixed(package: &str) -> bool {
    let starts = |starts: &[&str]| starts.iter().any(|start| package.starts_with(start));
    if starts(&["git://", "git+ssh://", "git+http://", "git+https://"]) {
        return package.contains('#');
    }
    let is_file = starts(&["/", "./", "../", "~/"])
        || [".tar", ".tar.gz", ".tgz"]
            .iter()
            .any(|ending| package.ends_with(ending));
    // The first `@` of `@scope/name` is no version.
    is_file || package.chars().skip(1).any(|c| c == '@')
}

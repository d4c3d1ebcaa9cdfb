//! pip installs a package without a version.
//!
//! The newest version is installed, whichever that is on the day of the build; what worked yesterday may not start
//! tomorrow. Write `package==version`, or install from a file of pinned requirements.
//!
//! ```dockerfile bad
//! FROM python:3.12
//! RUN pip install --no-cache-dir fastapi
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12
//! RUN pip install --no-cache-dir fastapi==0.110.0
//! ```
//!
//! ```dockerfile good
//! FROM python:3.12
//! RUN pip install --no-cache-dir -r requirements.txt
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3013", Severity::Warning, check);

/// Flags of `pip install` that take a value.
const VALUED: [&str; 29] = [
    "abi",
    "b",
    "build",
    "e",
    "editable",
    "extra-index-url",
    "f",
    "find-links",
    "i",
    "index-url",
    "implementation",
    "no-binary",
    "only-binary",
    "platform",
    "prefix",
    "progress-bar",
    "proxy",
    "python",
    "python-version",
    "root",
    "src",
    "t",
    "target",
    "trusted-host",
    "upgrade-strategy",
    "r",
    "requirement",
    "c",
    "constraint",
];

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for (step, command) in file.commands() {
        let installs = command.name().starts_with("pip") && !command.is("pipenv") && command.has(&["install"]);
        if !installs && !is_pip_module(command) {
            continue;
        }
        if command.has_flag(&["r", "requirement", "c", "constraint"]) {
            continue;
        }
        let words = command.plain_without(&VALUED);
        let loose: Vec<&Arg> = words
            .into_iter()
            .skip_while(|arg| arg.text != "install")
            .skip(1)
            .filter(|arg| !is_fixed(&arg.text))
            .collect();
        report_unpinned(step, &loose, report);
    }
}

fn is_fixed(package: &str) -> bool {
    let is_repository = ["git+", "svn+", "hg+", "bzr+"]
        .iter()
        .any(|scheme| package.starts_with(scheme));
    if is_repository {
        return package.contains('@');
    }
    let is_compared = ["==", ">=", "<=", "!=", "~=", ">", "<"]
        .iter()
        .any(|symbol| package.contains(symbol));
    is_compared || package == "." || package.contains('/') || package.ends_with(".whl") || package.ends_with(".tar.gz")
}

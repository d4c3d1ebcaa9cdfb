//! dnf installs a package without a version.
//!
//! The newest version is installed, whichever that is on the day of the build. Write `package-version`.
//!
//! ```dockerfile bad
//! FROM fedora:40
//! RUN dnf install -y httpd && dnf clean all
//! ```
//!
//! ```dockerfile good
//! FROM fedora:40
//! RUN dnf install -y httpd-2.4.6 && dnf clean all
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3041", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    unpinned_rpm(file, &["dnf", "microdnf"], report);
}

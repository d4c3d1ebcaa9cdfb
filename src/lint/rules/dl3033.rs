//! yum installs a package without a version.
//!
//! The newest version is installed, whichever that is on the day of the build. Write `package-version`.
//!
//! ```dockerfile bad
//! FROM centos:7
//! RUN yum install -y httpd && yum clean all
//! ```
//!
//! ```dockerfile good
//! FROM centos:7
//! RUN yum install -y httpd-2.4.6 && yum clean all
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3033", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    unpinned_rpm(file, &["yum"], report);
}

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

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3033", Severity::Warning, check);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    unpinned_rpm(file, &["yum"], found);
}

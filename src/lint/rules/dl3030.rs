//! yum install waits for an answer.
//!
//! Without `-y` yum asks whether to continue, gets no answer, and the build stops.
//!
//! ```dockerfile bad
//! FROM centos:7
//! RUN yum install httpd-2.4 && yum clean all
//! ```
//!
//! ```dockerfile good
//! FROM centos:7
//! RUN yum install -y httpd-2.4 && yum clean all
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3030", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    unanswered(
        file,
        &["yum"],
        &["install", "groupinstall", "localinstall"],
        &["y", "assumeyes"],
        report,
    );
}

//! yum's cache stays in the layer.
//!
//! yum keeps lists and packages that are never used again. Run `yum clean all` in the same RUN: a later one cannot give
//! the bytes back.
//!
//! ```dockerfile bad
//! FROM centos:7
//! RUN yum install -y httpd-2.4
//! ```
//!
//! ```dockerfile good
//! FROM centos:7
//! RUN yum install -y httpd-2.4 && yum clean all
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3032", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let cleans = |command: &SimpleCommand| {
        (command.is("yum") && command.has(&["clean", "all"]))
            || (command.is("rm") && command.has(&["-rf", "/var/cache/yum/*"]))
    };
    uncleaned(file, &["yum"], &["install"], cleans, |_| false, report);
}

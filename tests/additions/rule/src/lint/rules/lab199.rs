//! The stage has a MAINTAINER's label.
//!
//! A test adds this rule as CONTRIBUTING says: who maintains an image is what its label says.
//!
//! ```dockerfile bad
//! FROM debian:12
//! LABEL maintainer="nobody"
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! LABEL maintainer="somebody"
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB199", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Label) {
        if step.instruction.text.contains("nobody") {
            report.at(step);
        }
    }
}

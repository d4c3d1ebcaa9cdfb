//! EXPOSE takes a port, not an address.
//!
//! Which address and which port of the host a container's port is published at is said when it is started: `docker run
//! -p`.
//!
//! ```dockerfile bad
//! FROM debian:12
//! EXPOSE 127.0.0.1:80:80
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! EXPOSE 80
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("ExposeInvalidFormat", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Expose) {
        for (word, offset) in step.instruction.arguments_at() {
            if word.contains(':') && !word.contains('$') {
                report.within(step, step.instruction.locate(offset), word);
            }
        }
    }
}

//! `DEBIAN_FRONTEND` is meant for the build, and ENV keeps it for ever.
//!
//! Every container of the image, and everyone who opens a shell in it, gets it too. ARG sets it while the image is
//! built.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ENV DEBIAN_FRONTEND=noninteractive
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ARG DEBIAN_FRONTEND=noninteractive
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB006", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Env) {
        let pair = step
            .instruction
            .pairs
            .iter()
            .find(|pair| pair.name == "DEBIAN_FRONTEND");
        if let Some(pair) = pair {
            report.within(step, (pair.line, pair.column), "");
        }
    }
}

//! USER is a name, not a number.
//!
//! Who looks at the image from outside, Kubernetes with `runAsNonRoot` for instance, cannot tell which number a name
//! has in it, and so not whether it is root. A number says it.
//!
//! ```dockerfile bad
//! FROM debian:12
//! USER app
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! USER 10000
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3066", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let mut arguments: Vec<&str> = Vec::new();
    for step in file.steps.iter().filter(|step| !step.on_build) {
        if step.keyword() == Keyword::Arg {
            arguments.extend(step.instruction.pairs.iter().map(|pair| pair.name.as_str()));
        }
        if step.keyword() != Keyword::User {
            continue;
        }
        let user = step.instruction.text.split(':').next().unwrap_or_default().trim();
        // The value of an argument is chosen at build time.
        let is_given = variables(user).iter().any(|name| arguments.contains(name));
        if !is_given && !user.bytes().all(|byte| byte.is_ascii_digit()) {
            report.at(step);
        }
    }
}

//! Only the last one of this instruction counts.
//!
//! CMD, ENTRYPOINT and HEALTHCHECK are one each for an image; those before the last one are dropped.
//!
//! ```dockerfile bad
//! FROM debian:12
//! CMD ["a"]
//! CMD ["b"]
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! CMD ["b"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule =
    Rule::new("MultipleInstructionsDisallowed", Severity::Warning, check).twin_of(&["DL3012", "DL4003", "DL4004"]);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for keyword in [Keyword::Cmd, Keyword::Entrypoint, Keyword::Healthcheck] {
        let steps: Vec<&BuildStep<'_>> = file.all(keyword).collect();
        for pair in steps.windows(2) {
            let [dropped, next] = pair else { continue };
            if dropped.stage == next.stage {
                // docker names the one that does not count, hadolint the one after it.
                report
                    .within(dropped, dropped.place(), keyword.name())
                    .twin_on(next.line);
            }
        }
    }
}

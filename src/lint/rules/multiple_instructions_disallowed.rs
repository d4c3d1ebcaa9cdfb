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

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule =
    Rule::new("MultipleInstructionsDisallowed", Severity::Warning, check).behind(&["DL3012", "DL4003", "DL4004"]);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for keyword in [Keyword::Cmd, Keyword::Entrypoint, Keyword::Healthcheck] {
        for step in after_the_first(file, keyword) {
            found.within(step, (step.line, step.instruction.start_column), keyword.name());
        }
    }
}

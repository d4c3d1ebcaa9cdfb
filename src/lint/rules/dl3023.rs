//! COPY --from names its own stage.
//!
//! A stage is not ready while it is being built; it cannot be copied from.
//!
//! ```dockerfile bad
//! FROM debian:12 AS build
//! COPY --from=build /a /b
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! RUN cp /a /b
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3023", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.all(Keyword::Copy) {
        let own = step.stage.and_then(|stage| file.alias(stage));
        if own.is_some() && step.instruction.flag("from") == own {
            report.within(step, step.place_of_flag("from"), "");
        }
    }
}

//! Two stages have the same name.
//!
//! Docker compares the names without regard to case, and `COPY --from` can mean only one of them.
//!
//! ```dockerfile bad
//! FROM debian:12 AS build
//! FROM alpine:3.19 AS BUILD
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! FROM alpine:3.19 AS final
//! ```

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("DuplicateStageName", Severity::Warning, check).behind(&["DL3024"]);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for (stage, step) in file.froms().enumerate() {
        let Some(name) = file.alias(stage) else { continue };
        let is_same = |earlier: usize| {
            file.alias(earlier)
                .is_some_and(|other| other.eq_ignore_ascii_case(name))
        };
        if (0..stage).any(is_same) {
            found.within(step, place_of(step, 2), name);
        }
    }
}

//! A stage has a name that docker keeps for itself.
//!
//! `scratch` is the empty image and `context` the build context, in any case.
//!
//! ```dockerfile bad
//! FROM debian:12 AS Scratch
//! ```
//!
//! ```dockerfile good
//! FROM debian:12 AS build
//! ```

use crate::lint::rules::prelude::*;

pub(super) const RULE: Rule = Rule::new("ReservedStageName", Severity::Warning, check).behind(&["DL3063"]);

fn check(file: &File<'_>, found: &mut Found<'_>) {
    for (stage, step) in file.froms().enumerate() {
        let name = file.alias(stage).unwrap_or_default();
        if matches!(name.to_lowercase().as_str(), "scratch" | "context") {
            found.within(step, place_of(step, 2), name);
        }
    }
}

//! yarn's cache stays in the layer.
//!
//! yarn keeps its downloads; in an image, they are never used again. Run `yarn cache clean` in the same RUN.
//!
//! ```dockerfile bad
//! FROM node:20
//! RUN yarn install
//! ```
//!
//! ```dockerfile good
//! FROM node:20
//! RUN yarn install && yarn cache clean
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3060", Severity::Info, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in file.runs().filter(|step| step.on_build || file.is_kept(step.stage)) {
        let mut rest = step
            .commands
            .iter()
            .skip_while(|command| !(command.is("yarn") && command.has(&["install"])));
        let Some(install) = rest.next() else { continue };
        let is_cleaned = rest.any(|command| command.is("yarn") && command.has(&["cache", "clean"]));
        if !is_cleaned && !keeps_out(step, |target| target.ends_with(".cache/yarn")) {
            report.within(step, install.program.at, "");
        }
    }
}

//! The comment above does not describe the stage or argument.
//!
//! `docker build --call=outline` shows the comment right above an ARG or a stage, where it opens with the name. Still
//! an experiment of docker's; off until a setting gives it a severity.
//!
//! ```yaml
//! override:
//!   warning: [InvalidDefinitionDescription]
//! ```
//!
//! ```dockerfile bad
//! # the version
//! ARG VERSION=12
//! FROM debian:$VERSION
//! ```
//!
//! ```dockerfile good
//! # VERSION of the distribution
//! ARG VERSION=12
//! FROM debian:$VERSION
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("InvalidDefinitionDescription", Severity::Off, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let mut stage = 0;
    for step in file.steps.iter().filter(|step| !step.on_build) {
        let name = match step.keyword() {
            Keyword::Arg => step.instruction.pairs.first().map(|pair| pair.name.as_str()),
            Keyword::From => {
                stage += 1;
                file.alias(stage - 1)
            }
            _ => None,
        };
        let comment = file
            .dockerfile
            .comments
            .iter()
            .find(|comment| comment.line + 1 == step.line);
        if let (Some(name), Some(comment)) = (name, comment) {
            let first = comment.text.split_whitespace().next().unwrap_or_default();
            if !first.is_empty() && first.trim_end_matches(':') != name {
                report.within(step, (comment.line, 1), name);
            }
        }
    }
}

//! A variable is used that nothing defines.
//!
//! It is empty, or stays as it is written. What a base image sets is not known from the text alone; so this speaks
//! where there is none, and where the name is nearly one that is defined. docker, which has the base image, says it of
//! all.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ARG VERSION=1
//! ENV RELEASE=$VERSOIN
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ARG VERSION=1
//! ENV RELEASE=$VERSION
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("UndefinedVar", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for stage in 0..file.stages.len() {
        let mut known: Vec<&str> = Vec::new();
        let mut is_empty_base = false;
        file.in_lineage(stage, |ancestor| {
            is_empty_base = file.stages.get(ancestor).is_some_and(|stage| stage.base == "scratch");
            if ancestor != stage {
                known.extend(defined(file, ancestor, Keyword::Env));
            }
            false
        });
        for step in file
            .steps
            .iter()
            .filter(|step| step.stage == Some(stage) && !step.on_build)
        {
            for (name, place) in used(step) {
                let is_known = known.contains(&name) || ["PATH", "HOME"].contains(&name);
                let is_near = nearest(name, &known).is_some();
                if !is_known && (is_near || is_empty_base) {
                    report.within(step, place, &with_suggestion(name, &known));
                }
            }
            if matches!(step.keyword(), Keyword::Arg | Keyword::Env) {
                known.extend(step.instruction.pairs.iter().map(|pair| pair.name.as_str()));
            }
        }
    }
}

fn defined<'f>(file: &'f LintedDockerfile<'_>, stage: usize, keyword: Keyword) -> impl Iterator<Item = &'f str> {
    file.all(keyword)
        .filter(move |step| step.stage == Some(stage))
        .flat_map(|step| &step.instruction.pairs)
        .map(|pair| pair.name.as_str())
}

/// The variables of an instruction in which docker fills them in, with their places.
fn used<'s>(step: &'s BuildStep<'_>) -> Vec<(&'s str, (u32, u32))> {
    let instruction = step.instruction;
    match step.keyword() {
        Keyword::Env | Keyword::Label | Keyword::Arg => instruction
            .pairs
            .iter()
            .flat_map(|pair| {
                variables(pair.value.as_deref().unwrap_or_default())
                    .into_iter()
                    .map(|name| (name, (pair.line, pair.column)))
            })
            .collect(),
        Keyword::Copy | Keyword::Add | Keyword::Workdir | Keyword::Expose | Keyword::User | Keyword::Volume => {
            instruction
                .arguments_at()
                .flat_map(|(word, offset)| {
                    variables(word)
                        .into_iter()
                        .map(move |name| (name, instruction.locate(offset)))
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

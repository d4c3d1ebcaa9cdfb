//! This registry is not among the trusted ones.
//!
//! Images run with all that you give them. The settings name the registries that they may come from.
//!
//! ```yaml
//! trustedRegistries: [docker.io]
//! ```
//!
//! ```dockerfile bad
//! FROM example.com/debian:12
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3026", Severity::Error, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let trusted = &file.config.trusted_registries;
    if trusted.is_empty() {
        return;
    }
    for step in file.steps.iter().filter(|step| !step.on_build) {
        let current = step.stage.unwrap_or_default();
        let mut images: Vec<(&str, (u32, u32))> = Vec::new();
        match step.keyword() {
            Keyword::From if file.parent(current).is_none() => {
                images.extend(
                    step.instruction
                        .arguments()
                        .next()
                        .map(|base| (base, step.place_of_argument(0))),
                );
            }
            Keyword::Copy => {
                images.extend(
                    step.instruction
                        .flag("from")
                        .map(|from| (from, step.place_of_flag("from"))),
                );
            }
            Keyword::Run => images.extend(
                mounts(step.instruction)
                    .filter_map(|mount| option(mount, &["from"]))
                    .map(|from| (from, step.place_of_flag("mount"))),
            ),
            _ => {}
        }
        let is_stage =
            |name: &str| name.parse::<usize>().is_ok() || (0..current).any(|stage| file.alias(stage) == Some(name));
        let strange = images
            .into_iter()
            .find(|(image, _)| *image != "scratch" && !is_stage(image) && !is_trusted(image, trusted));
        if let Some((image, place)) = strange {
            report.within(step, place, image);
        }
    }
}

/// Whether an image may come from where it comes from; a name alone is the Docker Hub's.
fn is_trusted(image: &str, trusted: &[String]) -> bool {
    match registry(image) {
        Some(registry) => trusted.iter().any(|pattern| matches(pattern, registry)),
        None => ["docker.io", "hub.docker.com"]
            .iter()
            .any(|hub| trusted.iter().any(|pattern| matches(pattern, hub))),
    }
}

/// Whether a name matches a pattern in which `*` stands for any letters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut rest) = name.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = tail.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

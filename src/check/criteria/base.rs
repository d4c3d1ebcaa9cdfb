//! `check.base`: the image is based on one of these.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something},
    spelling::listed,
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{ImageName, Located},
};

/// The names that are right, whatever FROM calls them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Base {
    any_of: Vec<String>,
}

impl Judge for Base {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let planned = match case.planned() {
            Ok(planned) => planned,
            Err(outcome) => return outcome,
        };
        let found = &planned.base;
        let name = ImageName::parse(&found.value).ok();
        let wanted: Vec<ImageName> = self
            .any_of
            .iter()
            .filter_map(|wanted| ImageName::parse(wanted).ok())
            .collect();
        // A digest beside the right tag may be any day's image of that tag.
        let is_named = |ignoring_registry: bool| {
            name.as_ref()
                .is_some_and(|name| wanted.iter().any(|wanted| wanted.same_image(name, ignoring_registry)))
        };
        if is_named(false) {
            return Outcome::Pass;
        }
        let image = case.evidence.image.known();
        let compared = image
            .map(|image| &image.stands_on)
            .filter(|compared| !compared.is_empty());
        if let Some(compared) = compared {
            if self.any_of.iter().any(|wanted| compared.get(wanted) == Some(&true)) {
                return Outcome::Pass;
            }
        } else if is_named(true) {
            return Outcome::Pass;
        } else if name
            .as_ref()
            .is_some_and(|name| !name.is_tagged && name.digest.is_some())
        {
            return Outcome::cannot_check(say!(
                "a digest alone does not say which image it is, and its layers could not be compared"
            ));
        }
        Outcome::Fail(self.failure(case, found, name.as_ref(), &wanted))
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Base(self.any_of.clone())]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("any-of", &self.any_of)
    }
}

impl Base {
    fn failure(
        &self,
        case: &Case<'_>,
        found: &Located<String>,
        name: Option<&ImageName>,
        wanted: &[ImageName],
    ) -> Failure {
        let line = found.line;
        let first = self.any_of.first().map_or("", String::as_str);
        let failure = Failure::new(
            say!("{} as the base image", listed(&self.any_of, "or")),
            say!("the base image is `{}`", found.value),
        )
        .at(case.line(line));
        let is_same_repository = |name: &ImageName| wanted.iter().any(|wanted| wanted.repository == name.repository);
        let written = failure.place.as_ref().map_or("", |place| place.text.as_str());
        if written.contains('$') {
            let value = &found.value;
            return failure.cause(
                "by-variable",
                say!("The variable in FROM on line {line} gives `{value}`. Change the ARG's default so that FROM uses `{first}`."; line, value, first),
            );
        }
        match name {
            Some(name) if is_same_repository(name) && name.digest.is_some() => failure.cause(
                "another-digest",
                say!("The digest on line {line} belongs to a different image: write `FROM {first}`."; line, first),
            ),
            Some(name) if is_same_repository(name) && !name.is_tagged => failure
                .why(say!(
                    "Without a tag, Docker uses `latest`, which is a different release and changes over time."
                ))
                .cause(
                    "no-tag",
                    say!("Add the tag on line {line}: `FROM {first}`."; line, first),
                ),
            Some(name) if is_same_repository(name) => failure.cause(
                "another-tag",
                say!("Change the tag on line {line}: `FROM {first}`."; line, first),
            ),
            _ => failure.cause(
                "another-image",
                say!("Change line {line} to `FROM {first}`."; line, first),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const FOCAL: &str = r#"base = { any-of = ["ubuntu:20.04", "ubuntu:focal"] }"#;

    #[test]
    fn every_spelling_of_the_same_image_passes() {
        let digest = "0".repeat(64);
        for dockerfile in [
            "FROM ubuntu:20.04",
            "from ubuntu:focal",
            "FROM --platform=linux/amd64 ubuntu:20.04 AS base",
            "FROM docker.io/library/ubuntu:20.04",
            "FROM mirror.example:5000/library/ubuntu:20.04",
            &format!("FROM ubuntu:20.04@sha256:{digest}"),
            "ARG VERSION=20.04\nFROM ubuntu:${VERSION}",
        ] {
            Sample::of(dockerfile).passes(FOCAL);
        }
    }

    #[test]
    fn the_base_is_looked_for_behind_earlier_stages() {
        Sample::of("FROM ubuntu:20.04 AS tools\nRUN true\nFROM tools\n").passes(FOCAL);
        Sample::of("FROM ubuntu:20.04 AS build\nFROM debian:12\nCOPY --from=build /a /a\n").fails_at(
            FOCAL,
            "`debian:12`",
            2,
        );
    }

    #[test]
    fn another_name_or_tag_fails_at_its_line() {
        Sample::of("# base\nFROM ubuntu:22.04\n")
            .fails_at(FOCAL, "the base image is `ubuntu:22.04`", 2)
            .fails_by(FOCAL, "another-tag");
        Sample::of("FROM someone/ubuntu:20.04\n")
            .fails(FOCAL, "`someone/ubuntu:20.04`")
            .fails_by(FOCAL, "another-image");
        Sample::of("FROM ubuntu\n")
            .fails(FOCAL, "`ubuntu`")
            .fails_by(FOCAL, "no-tag");
        Sample::of("ARG TAG=22.04\nFROM ubuntu:$TAG\n").fails_by(FOCAL, "by-variable");
        Sample::of("FROM ubuntu\n").passes(r#"base = { any-of = ["ubuntu:latest"] }"#);
        Sample::of("# nothing yet\n").skips(FOCAL);
    }

    #[test]
    fn an_image_does_not_change_the_verdict() {
        Sample::of("FROM ubuntu:20.04\n")
            .image(|_| {})
            .passes(FOCAL)
            .is_settled(FOCAL);
    }

    #[test]
    fn its_settings_are_the_names() {
        refused(r#"base = "ubuntu:20.04""#, "invalid type");
        refused(r#"base = { any-of = ["ubuntu"], tag = "1" }"#, "unknown field `tag`");
        refused("base = {}", "missing field `any-of`");
    }
}

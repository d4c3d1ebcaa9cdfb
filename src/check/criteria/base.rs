//! `check.base`: the image stands on one of these base images.

use serde::Deserialize;

use super::{Judge, spelling::listed};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::ImageName,
};

/// The names that are right, whatever FROM calls them.
#[derive(Debug, Clone, Deserialize)]
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
            return Outcome::cannot_check(
                "a digest alone does not tell which image it is; its layers could not be compared",
            );
        }
        Outcome::Fail(
            Failure::new(
                format!("an image that stands on {}", listed(&self.any_of, "or")),
                format!("it stands on `{}`", found.value),
            )
            .at(case.line(found.line)),
        )
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Base(self.any_of.clone())]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    const UBUNTU: &str = r#"base = { any-of = ["ubuntu:20.04", "ubuntu:focal"] }"#;

    #[test]
    fn one_image_has_many_names() {
        for name in [
            "ubuntu:20.04",
            "ubuntu:focal",
            "docker.io/library/ubuntu:20.04",
            "mirror.example/library/ubuntu:20.04",
        ] {
            Sample::of(&format!("FROM {name}\n")).passes(UBUNTU);
        }
        let digest = format!("ubuntu:20.04@sha256:{}", "0".repeat(64));
        Sample::of(&format!("FROM {digest}\n")).passes(UBUNTU);
        Sample::of("ARG V=20.04\nFROM ubuntu:${V} AS ground\nFROM ground\n").passes(UBUNTU);
        Sample::of("FROM ubuntu\n").fails_at(UBUNTU, "`ubuntu`", 1);
        Sample::of("ARG V=22.04\nFROM ubuntu:${V}\n").fails_at(UBUNTU, "`ubuntu:22.04`", 2);
        Sample::of("FROM ubuntu:20.04 AS a\nFROM debian:12\n").fails_at(UBUNTU, "`debian:12`", 2);
        assert!(is_refused("base = { any_of = [] }"));
    }

    #[test]
    fn layers_tell_what_a_name_does_not() {
        let digest = format!("FROM ubuntu@sha256:{}\n", "0".repeat(64));
        let sample = Sample::of(&digest);
        sample.cannot_be_checked(UBUNTU);
        let same = |same: bool| {
            move |image: &mut crate::check::evidence::ImageEvidence| {
                image.stands_on.insert("ubuntu:20.04".to_owned(), same);
            }
        };
        sample.clone().image(same(true)).passes(UBUNTU);
        sample.clone().image(same(false)).fails(UBUNTU, "sha256");
        Sample::of("FROM my-own\n").image(same(true)).passes(UBUNTU);
        Sample::of("FROM mirror.example/ubuntu:20.04\n")
            .image(same(false))
            .fails(UBUNTU, "mirror");
    }
}

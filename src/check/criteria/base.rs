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

/// The names that are right; registry-qualified, fully spelled and digest-pinned forms of them count as the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Base {
    any_of: Vec<String>,
}

impl Judge for Base {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let planned = match case.planned() {
            Ok(planned) => planned,
            Err(outcome) => return outcome,
        };
        let found = &planned.base;
        let right = ImageName::parse(&found.value).is_ok_and(|name| {
            self.any_of
                .iter()
                .filter_map(|wanted| ImageName::parse(wanted).ok())
                .any(|wanted| wanted.repository == name.repository && wanted.tag == name.tag)
        });
        Outcome::pass_if(right, || {
            Failure::new(
                format!("an image that stands on {}", listed(&self.any_of, "or")),
                format!("it stands on `{}`", found.value),
            )
            .at(case.line(found.line))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }
}

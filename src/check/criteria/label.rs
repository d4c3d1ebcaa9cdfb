//! `check.label`: the image carries this label.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, says_something},
    spelling::listed,
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// The label's name and the values that are right.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Label {
    name: String,
    #[serde(default)]
    any_of: Vec<String>,
}

impl Judge for Label {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let planned = case.planned.and_then(|planned| planned.labels.get(&self.name));
        let value = match case.evidence.image.known() {
            Some(image) => image.config.labels.get(&self.name).cloned(),
            None => match case.planned() {
                Ok(_) => planned.map(|label| label.value.clone()),
                Err(outcome) => return outcome,
            },
        };
        let right = value.as_ref().is_some_and(|value| {
            if self.any_of.is_empty() {
                !value.is_empty()
            } else {
                self.any_of.contains(value)
            }
        });
        Outcome::pass_if(right, || {
            let expected = if self.any_of.is_empty() {
                say!("the label `{}`", self.name)
            } else {
                say!("the label `{}` with {}", self.name, listed(&self.any_of, "or"))
            };
            let found = match value {
                None => say!("the image does not have this label").to_owned(),
                Some(value) => say!("it is `{value}`"; value),
            };
            Failure::new(expected, found).at(planned.and_then(|label| case.line(label.line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        says_something("name", &self.name)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    #[test]
    fn a_label_is_read_from_the_image_or_its_plan() {
        let named = r#"label = { name = "a.b" }"#;
        let valued = r#"label = { name = "a.b", any-of = ["x"] }"#;
        let sample = Sample::of("FROM b\nLABEL a.b=\"x\" c=d\n");
        sample
            .passes(named)
            .passes(valued)
            .fails(r#"label = { name = "z" }"#, "does not have this label");
        Sample::of("FROM b\nLABEL a.b y\n").fails_at(valued, "`y`", 2);
        sample.image(|_| {}).fails(named, "does not have this label");
        refused("label = { any-of = [] }", "");
    }
}

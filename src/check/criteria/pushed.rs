//! `check.pushed`: the image was pushed, and the registry has it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::Judge;
use crate::check::{
    case::Case,
    evidence::PushEvidence,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Registries that count, by their host; any where there are none.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pushed {
    #[serde(default)]
    registries: Vec<String>,
}

impl Judge for Pushed {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let expected = if self.registries.is_empty() {
            say!("the image at a registry").to_owned()
        } else {
            say!("the image at {}", super::spelling::listed(&self.registries, "or"))
        };
        let fault = match &case.evidence.push {
            None => Some(say!("the image has not been pushed yet").to_owned()),
            Some(push) => self.fault(push, case),
        };
        match fault {
            None => Outcome::Pass,
            Some(found) => Outcome::Fail(Failure::new(expected, found)),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        Vec::new()
    }
}

impl Pushed {
    fn fault(&self, push: &PushEvidence, case: &Case<'_>) -> Option<String> {
        let reference = &push.reference;
        let is_one_of = |registry: &String| push.registry.eq_ignore_ascii_case(registry);
        if !self.registries.is_empty() && !self.registries.iter().any(is_one_of) {
            return Some(say!("it was pushed to `{reference}`"; reference));
        }
        match &push.at_registry {
            None => return Some(say!("after the push, the registry did not have `{reference}`"; reference)),
            Some(there) if there != &push.digest => {
                return Some(say!("after the push, the registry had a different image as `{reference}`"; reference));
            }
            Some(_) => {}
        }
        let image = case.evidence.image.known()?;
        (image.id != push.image).then(|| say!("the image was built again after `{reference}` was pushed"; reference))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{evidence::PushEvidence, sample::Sample};

    const PUSHED: &str = "pushed = {}";

    fn pushed(change: impl FnOnce(&mut PushEvidence)) -> Sample {
        let mut push = PushEvidence {
            reference: "127.0.0.1:5000/i:test".to_owned(),
            registry: "127.0.0.1:5000".to_owned(),
            digest: "sha256:1".to_owned(),
            at_registry: Some("sha256:1".to_owned()),
            image: "sha256:0".to_owned(),
            at: "2026-01-01T00:00:00Z".to_owned(),
        };
        change(&mut push);
        Sample::of("FROM a").image(|_| {}).pushed(push)
    }

    #[test]
    fn an_image_that_the_registry_has_passes() {
        pushed(|_| {}).passes(PUSHED);
        pushed(|_| {}).passes(r#"pushed = { registries = ["127.0.0.1:5000"] }"#);
    }

    #[test]
    fn no_push_another_registry_and_another_image_fail() {
        Sample::of("FROM a")
            .image(|_| {})
            .fails(PUSHED, "the image has not been pushed yet");
        pushed(|_| {}).fails(
            r#"pushed = { registries = ["docker.io"] }"#,
            "it was pushed to `127.0.0.1:5000/i:test`",
        );
        pushed(|push| push.at_registry = None).fails(PUSHED, "did not have `127.0.0.1:5000/i:test`");
        pushed(|push| push.at_registry = Some("sha256:2".to_owned())).fails(PUSHED, "had a different image");
        pushed(|push| push.image = "sha256:9".to_owned()).fails(PUSHED, "was built again");
    }
}

//! `check.user`: the image's USER is one of these.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something},
    spelling::listed,
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Users that are right, by name or number as USER would say them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct User {
    any_of: Vec<String>,
}

impl Judge for User {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let planned = case.planned.and_then(|planned| planned.user.as_ref());
        let said = match case.evidence.image.known() {
            Some(image) => image.config.user.clone(),
            None => match case.planned() {
                Ok(_) => planned.map(|user| user.value.clone()).unwrap_or_default(),
                Err(outcome) => return outcome,
            },
        };
        let user = match said.split(':').next().unwrap_or_default() {
            "" => "root",
            user => user,
        };
        let right = self
            .any_of
            .iter()
            .any(|wanted| wanted == user || (user == "0" && wanted == "root"));
        Outcome::pass_if(right, || {
            Failure::new(
                say!("{} as USER", listed(&self.any_of, "or")),
                say!("it is `{user}`"; user),
            )
            .at(planned.and_then(|user| case.line(user.line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("any-of", &self.any_of)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    #[test]
    fn the_last_user_counts_without_its_group() {
        let user = r#"user = { any-of = ["10000", "runner"] }"#;
        Sample::of("FROM b\nUSER 10000:10000\n").passes(user);
        Sample::of("FROM b\nUSER root\nUSER runner\n").passes(user);
        Sample::of("FROM b\nUSER runner\nUSER root\n").fails_at(user, "`root`", 3);
        Sample::of("FROM b\n").image(|_| {}).fails(user, "`root`");
        Sample::of("FROM b\nUSER 0\n").passes(r#"user = { any-of = ["root"] }"#);
        refused("user = {}", "");
    }
}

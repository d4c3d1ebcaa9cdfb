//! `check.entrypoint`: the image's ENTRYPOINT begins with these words.

use serde::Deserialize;

use super::{
    Judge,
    spelling::{begins_with, unwrapped},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Form,
};

/// The words, the program first: `["poetry", "run"]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Entrypoint(Vec<String>);

impl Judge for Entrypoint {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let words: Vec<String> = match case.evidence.image.known() {
            Some(image) => image.entrypoint.clone(),
            None => match case.planned() {
                Ok(planned) => planned.entrypoint.as_ref().map(|found| in_exec_form(&found.value)).unwrap_or_default(),
                Err(outcome) => return outcome,
            },
        };
        let line = case.planned.and_then(|planned| planned.entrypoint.as_ref()).map(|found| found.line);
        Outcome::pass_if(begins_with(&unwrapped(&words), &self.0), || {
            let found = if words.is_empty() {
                "there is no ENTRYPOINT".to_owned()
            } else {
                format!("it is `{}`", words.join(" "))
            };
            Failure::new(format!("an ENTRYPOINT that starts `{}`", self.0.join(" ")), found)
                .at(line.and_then(|line| case.line(line)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

/// The words that an image's configuration would have for this form.
pub(super) fn in_exec_form(form: &Form) -> Vec<String> {
    match form {
        Form::Exec(words) => words.clone(),
        Form::Shell(text) if text.trim().is_empty() => Vec::new(),
        Form::Shell(text) => vec!["/bin/sh".to_owned(), "-c".to_owned(), text.clone()],
    }
}

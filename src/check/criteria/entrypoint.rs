//! `check.entrypoint`: the image's ENTRYPOINT begins with these words.

use serde::Deserialize;

use super::{
    Judge,
    spelling::{base_name, begins_with, is_python, unwrapped},
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
                Ok(planned) => planned
                    .entrypoint
                    .as_ref()
                    .map(|found| in_exec_form(&found.value))
                    .unwrap_or_default(),
                Err(outcome) => return outcome,
            },
        };
        let line = case
            .planned
            .and_then(|planned| planned.entrypoint.as_ref())
            .map(|found| found.line);
        let right = begins_with(&unwrapped(&words), &self.0) || (!words.is_empty() && self.comes_to_it(case));
        Outcome::pass_if(right, || {
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

impl Entrypoint {
    /// Whether an ENTRYPOINT of other words (a script that ends in `exec`) became the wanted process, and CMD only its
    /// arguments.
    fn comes_to_it(&self, case: &Case<'_>) -> bool {
        let in_cmd = case.evidence.image.known().is_some_and(|image| {
            let program = self.0.first();
            image
                .cmd
                .iter()
                .any(|word| program.is_some_and(|program| base_name(word) == program))
        });
        !in_cmd && running_process(case).is_some_and(|process| begins_with(&process, &self.0))
    }
}

/// The words of the container's first process while it ran, an interpreter in front of a script taken off.
pub(super) fn running_process(case: &Case<'_>) -> Option<Vec<String>> {
    let server = case.evidence.run.known()?.server.as_ref()?.known()?;
    let words = unwrapped(server.process.as_ref()?);
    let is_script =
        words.first().is_some_and(|word| is_python(word)) && words.get(1).is_some_and(|word| word.starts_with('/'));
    Some(if is_script { words[1..].to_vec() } else { words })
}

/// The words that an image's configuration would have for this form.
pub(super) fn in_exec_form(form: &Form) -> Vec<String> {
    match form {
        Form::Exec(words) => words.clone(),
        Form::Shell(text) if text.trim().is_empty() => Vec::new(),
        Form::Shell(text) => vec!["/bin/sh".to_owned(), "-c".to_owned(), text.clone()],
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::ServerEvidence,
        sample::{Sample, is_refused},
    };

    const RUN: &str = r#"entrypoint = ["poetry", "run"]"#;

    #[test]
    fn what_starts_counts_and_not_how_it_is_written() {
        for text in [
            r#"["poetry", "run"]"#,
            "exec poetry run uvicorn",
            r#"["python", "-m", "poetry", "run"]"#,
            r#"["/usr/bin/poetry", "run"]"#,
            r#"["sh", "-c", "exec poetry run uvicorn"]"#,
        ] {
            Sample::of(&format!("FROM b\nENTRYPOINT {text}\n")).passes(RUN);
        }
        Sample::of("FROM b\nENTRYPOINT [\"poetry\"]\nCMD [\"run\"]\n").fails_at(RUN, "`poetry`", 2);
        Sample::of("FROM b\nCMD poetry run\n").fails(RUN, "no ENTRYPOINT");
        assert!(is_refused(r#"entrypoint = "poetry""#));
    }

    #[test]
    fn a_script_that_becomes_the_process_is_right() {
        let server = || ServerEvidence {
            process: Some(
                ["/usr/bin/python3", "/usr/local/bin/uvicorn", "app"]
                    .map(str::to_owned)
                    .into(),
            ),
            ..ServerEvidence::default()
        };
        let with = |entrypoint: &str, cmd: &str| {
            let (entrypoint, cmd) = (vec![entrypoint.to_owned()], vec![cmd.to_owned()]);
            Sample::of("FROM b\n")
                .image(|image| {
                    image.entrypoint = entrypoint;
                    image.cmd = cmd;
                })
                .also_serving(server())
        };
        with("/start", "app").passes(r#"entrypoint = ["uvicorn"]"#);
        with("/usr/bin/env", "uvicorn").fails(r#"entrypoint = ["uvicorn"]"#, "/usr/bin/env");
    }
}

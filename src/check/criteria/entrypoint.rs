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
                say!("there is no ENTRYPOINT").to_owned()
            } else {
                say!("it is `{}`", words.join(" "))
            };
            Failure::new(say!("an ENTRYPOINT that starts `{}`", self.0.join(" ")), found)
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
    use crate::check::sample::{Sample, refused, strings};

    const UVICORN: &str = r#"entrypoint = ["uvicorn"]"#;
    const POETRY: &str = r#"entrypoint = ["poetry", "run"]"#;

    #[test]
    fn what_starts_the_program_does_not_matter() {
        for entrypoint in [
            r#"["uvicorn"]"#,
            r#"["/usr/local/bin/uvicorn", "app.main:app"]"#,
            r#"["python3.8", "-m", "uvicorn"]"#,
            r#"["sh", "-c", "exec uvicorn app.main:app"]"#,
            r#"["env", "A=1", "uvicorn"]"#,
            "uvicorn app.main:app",
            "exec uvicorn app.main:app",
        ] {
            Sample::of(&format!("FROM x\nENTRYPOINT {entrypoint}\n"))
                .passes(UVICORN)
                .is_provisional(UVICORN);
        }
        Sample::of("FROM x\nENTRYPOINT [\"poetry\", \"run\", \"uvicorn\"]\n").passes(POETRY);
    }

    #[test]
    fn another_program_fails_at_its_line() {
        Sample::of("FROM x\nENTRYPOINT [\"uvicorn\"]\nENTRYPOINT [\"gunicorn\"]\n").fails_at(UVICORN, "`gunicorn`", 3);
        Sample::of("FROM x\nENTRYPOINT [\"poetry\", \"shell\"]\n").fails_at(POETRY, "it is `poetry shell`", 2);
        Sample::of("FROM x\nCMD [\"uvicorn\"]\n").fails(UVICORN, "there is no ENTRYPOINT");
        Sample::of("FROM x\nENTRYPOINT [\"uvicorn\"]\nENTRYPOINT []\n").fails(UVICORN, "there is no ENTRYPOINT");
        Sample::of("").skips(UVICORN);
    }

    #[test]
    fn the_image_has_the_last_word() {
        let with = |words: &[&str]| {
            Sample::of("FROM x\nENTRYPOINT [\"uvicorn\"]\n").image(|image| image.entrypoint = strings(words))
        };
        with(&["/bin/sh", "-c", "uvicorn app.main:app"])
            .passes(UVICORN)
            .is_settled(UVICORN);
        with(&["tini", "--", "uvicorn"]).fails_at(UVICORN, "it is `tini -- uvicorn`", 2);
    }

    #[test]
    fn its_setting_is_a_list_of_words() {
        refused(r#"entrypoint = "uvicorn""#, "invalid type");
        refused(r#"entrypoint = { words = ["uvicorn"] }"#, "invalid type");
    }
}

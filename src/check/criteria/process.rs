//! `check.process`: ENTRYPOINT and CMD join into this process.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Judge,
    entrypoint::{in_exec_form, running_process},
    spelling::{base_name, option, unwrapped, without_interpreter},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Words that it has in this order, others between them allowed, and the values of its options.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Process {
    words: Vec<String>,
    #[serde(default)]
    options: BTreeMap<String, String>,
}

impl Judge for Process {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let (entrypoint, cmd) = match case.evidence.image.known() {
            Some(image) => (image.entrypoint.clone(), image.cmd.clone()),
            None => match case.planned() {
                Ok(planned) => (
                    planned
                        .entrypoint
                        .as_ref()
                        .map(|found| in_exec_form(&found.value))
                        .unwrap_or_default(),
                    planned
                        .cmd
                        .as_ref()
                        .map(|found| in_exec_form(&found.value))
                        .unwrap_or_default(),
                ),
                Err(outcome) => return outcome,
            },
        };
        let line = case
            .planned
            .and_then(|planned| planned.cmd.as_ref().or(planned.entrypoint.as_ref()))
            .map(|found| found.line);
        let fail = |found: String| {
            Outcome::Fail(
                Failure::new(format!("a process like `{}`", self.example()), found)
                    .at(line.and_then(|line| case.line(line))),
            )
        };
        // A shell form has just these three words; more of them, or a script's name, are somebody's own.
        let is_shell_form = |words: &[String]| matches!(words, [shell, flag, _] if shell == "/bin/sh" && flag == "-c");
        let (shell_entrypoint, shell_cmd) = (is_shell_form(&entrypoint), is_shell_form(&cmd));
        let joined: Vec<String> = entrypoint.iter().chain(&cmd).cloned().collect();
        if joined.is_empty() {
            return fail("there is neither ENTRYPOINT nor CMD".to_owned());
        }
        let missing = if shell_entrypoint && !cmd.is_empty() {
            Some(format!(
                "ENTRYPOINT is in shell form, so the CMD `{}` is ignored: the process is `{}`",
                cmd.join(" "),
                entrypoint.join(" ")
            ))
        } else {
            self.missing_in(&unwrapped(&joined), &shown(&joined)).map(|missing| {
                if shell_cmd && !entrypoint.is_empty() {
                    format!(
                        "CMD is in shell form, so a shell comes after ENTRYPOINT: the process is `{}`",
                        joined.join(" ")
                    )
                } else if let Some(word) = joined.iter().find(|word| self.is_several(word)) {
                    format!("`{word}` is one word to the program; write each of its words by itself")
                } else {
                    missing
                }
            })
        };
        let Some(missing) = missing else {
            return Outcome::Pass;
        };
        // A script around it may end in the wanted process all the same.
        match running_process(case).map(|process| self.missing_in(&process, "")) {
            Some(None) => Outcome::Pass,
            _ => fail(missing),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }
}

/// Words as a shell would have them, those with blanks in quotes.
fn shown(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        if word.contains(' ') {
            format!("\"{word}\"")
        } else {
            word.clone()
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

impl Process {
    /// Whether one word holds several that are wanted.
    fn is_several(&self, word: &str) -> bool {
        word.contains(' ')
            && word
                .split_whitespace()
                .any(|part| self.words.iter().any(|wanted| wanted == part))
    }

    /// What of the process these words lack, as a failure tells it.
    fn missing_in(&self, words: &[String], shown: &str) -> Option<String> {
        let words = without_interpreter(words);
        let mut rest = words.iter().enumerate();
        let is_first = |index: usize, wanted: &String| index == 0 || self.words.first() != Some(wanted);
        if let Some(missing) = self
            .words
            .iter()
            .find(|wanted| !rest.any(|(index, word)| is_first(index, wanted) && base_name(word) == wanted.as_str()))
        {
            return Some(format!("the process is `{shown}`, without `{missing}` in its place"));
        }
        self.options
            .iter()
            .find_map(|(name, wanted)| match option(words, name) {
                Some(value) if value == wanted => None,
                Some(value) => Some(format!("`{name}` is `{value}`")),
                None => Some(format!("the process is `{shown}`, without `{name}`")),
            })
    }

    fn example(&self) -> String {
        let options = self.options.iter().flat_map(|(name, value)| [name, value]);
        self.words
            .iter()
            .chain(options)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::ServerEvidence,
        sample::{Sample, is_refused},
    };

    const SERVES: &str = r#"process = { words = ["uvicorn", "app:app"], options = { --host = "0.0.0.0" } }"#;

    #[test]
    fn the_two_are_joined_as_docker_joins_them() {
        for text in [
            "ENTRYPOINT [\"uvicorn\"]\nCMD [\"app:app\", \"--host\", \"0.0.0.0\"]",
            "CMD [\"uvicorn\", \"--host=0.0.0.0\", \"app:app\"]",
            "ENTRYPOINT exec uvicorn app:app --host 0.0.0.0",
            "CMD /usr/bin/uvicorn app:app --host 0.0.0.0",
        ] {
            Sample::of(&format!("FROM b\n{text}\n")).passes(SERVES);
        }
        let two = |entrypoint: &str, cmd: &str| Sample::of(&format!("FROM b\nENTRYPOINT {entrypoint}\nCMD {cmd}\n"));
        two("uvicorn", "[\"app:app\"]").fails_at(SERVES, "is ignored", 3);
        two("[\"uvicorn\"]", "app:app --host 0.0.0.0").fails_at(SERVES, "CMD is in shell form", 3);
        two("[\"uvicorn\"]", "[\"app:app --host 0.0.0.0\"]").fails_at(SERVES, "is one word", 3);
        two("[\"uvicorn\"]", "[\"app:app\", \"--host\", \"127.0.0.1\"]").fails_at(SERVES, "`--host` is `127.0.0.1`", 3);
        two("[\"uvicorn\"]", "[\"app:app\"]").fails_at(SERVES, "without `--host`", 3);
        Sample::of("FROM b\n").fails(SERVES, "neither");
        assert!(is_refused(r#"process = { words = [], host = "x" }"#));
    }

    #[test]
    fn a_script_may_end_in_it() {
        let server = ServerEvidence {
            process: Some(["uvicorn", "app:app", "--host", "0.0.0.0"].map(str::to_owned).into()),
            ..ServerEvidence::default()
        };
        let sample = Sample::of("FROM b\n").image(|image| image.entrypoint = vec!["/start".to_owned()]);
        sample.fails(SERVES, "/start");
        sample.also_serving(server).passes(SERVES);
    }
}

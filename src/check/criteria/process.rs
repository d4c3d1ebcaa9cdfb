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
                Failure::new(say!("a process like `{}`", self.example()), found)
                    .at(line.and_then(|line| case.line(line))),
            )
        };
        // A shell form has just these three words; more of them, or a script's name, are somebody's own.
        let is_shell_form = |words: &[String]| matches!(words, [shell, flag, _] if shell == "/bin/sh" && flag == "-c");
        let (shell_entrypoint, shell_cmd) = (is_shell_form(&entrypoint), is_shell_form(&cmd));
        let joined: Vec<String> = entrypoint.iter().chain(&cmd).cloned().collect();
        if joined.is_empty() {
            return fail(say!("there is neither ENTRYPOINT nor CMD").to_owned());
        }
        let missing = if shell_entrypoint && !cmd.is_empty() {
            Some(say!(
                "ENTRYPOINT is in shell form, so the CMD `{}` is ignored: the process is `{}`",
                cmd.join(" "),
                entrypoint.join(" ")
            ))
        } else {
            self.missing_in(&unwrapped(&joined), &shown(&joined)).map(|missing| {
                if shell_cmd && !entrypoint.is_empty() {
                    say!(
                        "CMD is in shell form, so a shell comes after ENTRYPOINT: the process is `{}`",
                        joined.join(" ")
                    )
                } else if let Some(word) = joined.iter().find(|word| self.is_several(word)) {
                    say!("`{word}` is one word to the program; write each of its words by itself"; word)
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

/// Words that may stand in front of a program to run it.
const RUNNERS: &[&str] = &["poetry", "pipenv", "uv", "run", "tini", "dumb-init", "nice", "-g", "--"];

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
        // The program itself comes first, or after what only runs it.
        let is_first = |index: usize, wanted: &String| {
            self.words.first() != Some(wanted) || words[..index].iter().all(|word| RUNNERS.contains(&base_name(word)))
        };
        if let Some(missing) = self
            .words
            .iter()
            .find(|wanted| !rest.any(|(index, word)| is_first(index, wanted) && base_name(word) == wanted.as_str()))
        {
            return Some(say!("the process is `{shown}`, without `{missing}` in its place"; shown, missing));
        }
        self.options
            .iter()
            .find_map(|(name, wanted)| match option(words, name) {
                Some(value) if value == wanted => None,
                Some(value) => Some(say!("`{name}` is `{value}`"; name, value)),
                None => Some(say!("the process is `{shown}`, without `{name}`"; shown, name)),
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
    use crate::check::sample::{Sample, refused, strings};

    const SERVER: &str = r#"process = { words = ["uvicorn", "app.main:app"], options = { "--port" = "8000" } }"#;

    #[test]
    fn entrypoint_and_cmd_are_judged_as_their_sum() {
        for lines in [
            r#"CMD ["uvicorn", "app.main:app", "--port", "8000"]"#,
            "CMD exec uvicorn app.main:app --port=8000",
            "ENTRYPOINT [\"uvicorn\"]\nCMD [\"app.main:app\", \"--port\", \"8000\"]",
            "CMD [\"--port=8000\"]\nENTRYPOINT [\"python\", \"-m\", \"uvicorn\", \"app.main:app\"]",
            "ENTRYPOINT uvicorn app.main:app --port 8000",
            r#"ENTRYPOINT ["poetry", "run", "/usr/bin/uvicorn", "--reload", "app.main:app", "--port", "8000"]"#,
            r#"CMD ["sh", "-c", "uvicorn app.main:app --host 0.0.0.0 --port \"8000\""]"#,
        ] {
            Sample::of(&format!("FROM x\n{lines}\n"))
                .passes(SERVER)
                .is_provisional(SERVER);
        }
    }

    #[test]
    fn an_entrypoint_in_shell_form_ignores_cmd() {
        Sample::of("FROM x\nENTRYPOINT uvicorn\nCMD [\"app.main:app\", \"--port\", \"8000\"]\n").fails_at(
            SERVER,
            "the CMD `app.main:app --port 8000` is ignored",
            3,
        );
    }

    #[test]
    fn a_cmd_in_shell_form_is_no_list_of_arguments() {
        Sample::of("FROM x\nENTRYPOINT [\"uvicorn\"]\nCMD app.main:app --port 8000\n").fails_at(
            SERVER,
            "CMD is in shell form, so a shell comes after ENTRYPOINT",
            3,
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        for (cmd, words) in [
            (
                r#"["uvicorn", "main:app", "--port", "8000"]"#,
                "without `app.main:app` in its place",
            ),
            (
                r#"["app.main:app", "uvicorn", "--port", "8000"]"#,
                "without `uvicorn` in its place",
            ),
            (
                r#"["echo", "uvicorn", "app.main:app", "--port", "8000"]"#,
                "without `uvicorn` in its place",
            ),
            (
                r#"["uvicorn", "app.main:app", "--port", "8000", "--port", "80"]"#,
                "`--port` is `80`",
            ),
            (r#"["uvicorn", "app.main:app"]"#, "without `--port`"),
            (r#"["uvicorn", "app.main:app", "--port", "80"]"#, "`--port` is `80`"),
        ] {
            Sample::of(&format!("FROM x\nCMD {cmd}\n")).fails_at(SERVER, words, 2);
        }
        Sample::of("FROM x\n").fails(SERVER, "neither ENTRYPOINT nor CMD");
        Sample::of("").skips(SERVER);
    }

    #[test]
    fn an_entrypoint_drops_the_cmd_of_an_earlier_stage() {
        Sample::of("FROM x AS y\nCMD [\"app.main:app\", \"--port=8000\"]\nFROM y\nENTRYPOINT [\"uvicorn\"]\n")
            .fails_at(SERVER, "the process is `uvicorn`", 4);
    }

    #[test]
    fn the_image_has_the_last_word() {
        let with = |words: &[&str]| {
            Sample::of("FROM x\nCMD [\"uvicorn\"]\n").image(|image| {
                image.entrypoint = strings(&["uvicorn"]);
                image.cmd = strings(words);
            })
        };
        with(&["app.main:app", "--port", "8000"])
            .passes(SERVER)
            .is_settled(SERVER);
        with(&["app.main:app"]).fails_at(SERVER, "`uvicorn app.main:app`, without `--port`", 2);
    }

    #[test]
    fn its_settings_are_words_and_options() {
        refused(r#"process = { words = ["a"], option = {} }"#, "unknown field `option`");
        refused(
            r#"process = { words = ["a"], options = { "--port" = 8000 } }"#,
            "invalid type",
        );
        refused(r#"process = { words = "a" }"#, "invalid type");
    }
}

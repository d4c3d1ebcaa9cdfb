//! `check.entrypoint`: the image's ENTRYPOINT begins with these words.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Text,
    judge::{Judge, asks_for_something},
    spelling::{base_name, begins_with, without_interpreter},
    started::{ignores_what_follows, is_literal, started},
};
use crate::{
    check::{
        case::{Case, known},
        evidence::{CommandEvidence, Observed},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{Form, Located},
};

/// The words, and what shows that CMD can be replaced behind them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(from = "Written")]
pub struct Entrypoint {
    words: Vec<String>,
    replaced: Option<Replaced>,
    refuses: Option<Replaced>,
}

/// Words that `docker run` gives in place of CMD, and what the container prints then.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Replaced {
    by: Vec<String>,
    prints: Text,
}

/// Both spellings: the words alone, or a table.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    Words(Vec<String>),
    Table(Table),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    words: Vec<String>,
    replaced: Replaced,
    /// Words of a program that there is not, and how the wanted words refuse them.
    refuses: Option<Replaced>,
}

impl From<Written> for Entrypoint {
    fn from(written: Written) -> Self {
        match written {
            Written::Words(words) => Self {
                words,
                replaced: None,
                refuses: None,
            },
            Written::Table(table) => Self {
                words: table.words,
                replaced: Some(table.replaced),
                refuses: table.refuses,
            },
        }
    }
}

impl Judge for Entrypoint {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let configured = match Configured::of(case) {
            Ok(configured) => configured,
            Err(outcome) => return outcome,
        };
        let words = &configured.entrypoint;
        let views = started(words);
        // Nothing but the wanted words: what CMD holds comes right behind them.
        let is_exact = views
            .iter()
            .any(|view| begins_with(view, &self.words) && surplus(view, &self.words).is_empty());
        if !words.is_empty() && is_exact {
            return Outcome::Pass;
        }
        let begins = views.iter().any(|view| begins_with(view, &self.words));
        let Some(replaced) = &self.replaced else {
            let right = begins || (!words.is_empty() && self.comes_to_it(case));
            return Outcome::pass_if(right, || self.failure(case, &configured));
        };
        match replaced.seen(case).map(known) {
            _ if words.is_empty() => Outcome::Fail(self.failure(case, &configured)),
            // What CMD's replacement did decides, unless CMD brings the program itself.
            Some(Ok(seen)) => {
                let is_replaced = replaced.prints.is_in(&seen.output);
                let right = is_replaced
                    && (begins
                        || (!self.is_in_cmd(&configured) && !is_literal(&views) && self.may_run_in_a_script(case))
                        || self.comes_to_it(case));
                Outcome::pass_if(right, || {
                    if begins && !is_replaced {
                        self.not_replaced(case, &configured, replaced)
                    } else {
                        self.failure(case, &configured)
                    }
                })
            }
            Some(Err(outcome)) => outcome,
            // Without a container, words of which it is certain what they start decide.
            None if !is_literal(&views) => case.image().err().unwrap_or_else(|| {
                Outcome::cannot_check(say!("this evidence is older than the test that replaces CMD"))
            }),
            None if begins && replaced.by.first().is_some_and(|word| word.starts_with('-')) => Outcome::Pass,
            None if begins => Outcome::Fail(self.not_replaced(case, &configured, replaced)),
            None => Outcome::Fail(self.failure(case, &configured)),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        let replaced = self.replaced.iter().chain(&self.refuses);
        std::iter::once(Probe::Image)
            .chain(replaced.map(|replaced| Probe::Arguments(replaced.by.clone())))
            .collect()
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("words", &self.words)
    }
}

/// Words behind the wanted ones that are more than a mark or the place of the arguments.
fn surplus<'a>(view: &'a [String], wanted: &[String]) -> &'a [String] {
    let rest = without_interpreter(view).get(wanted.len()..).unwrap_or_default();
    let rest = rest.strip_prefix(&["--".to_owned()]).unwrap_or(rest);
    match rest {
        [only] if matches!(only.as_str(), "$@" | "$*") => &[],
        rest => rest,
    }
}

impl Replaced {
    /// What a container printed, with these words in place of CMD.
    fn seen<'a>(&self, case: &Case<'a>) -> Option<&'a Observed<CommandEvidence>> {
        case.run().ok()?.arguments.get(&self.by.join(" "))
    }
}

impl Entrypoint {
    /// Whether an ENTRYPOINT whose words do not tell runs the wanted ones inside: it refuses a program that there is not
    /// as they do. A script that ends in `exec "$@"` alone runs whatever it is given.
    fn may_run_in_a_script(&self, case: &Case<'_>) -> bool {
        let seen = self.refuses.as_ref().and_then(|refuses| {
            let seen = refuses.seen(case)?.known()?;
            Some(refuses.prints.is_in(&seen.output))
        });
        seen.unwrap_or(true)
    }

    /// Whether an ENTRYPOINT of other words (a script that ends in `exec`) became the wanted process, and CMD only its
    /// arguments.
    fn comes_to_it(&self, case: &Case<'_>) -> bool {
        let in_cmd = case
            .evidence
            .image
            .known()
            .is_some_and(|image| names(&image.config.cmd, self.words.first()));
        !in_cmd
            && running_processes(case)
                .iter()
                .any(|process| begins_with(process, &self.words))
    }

    /// Whether CMD brings the wanted program, so that ENTRYPOINT does not.
    fn is_in_cmd(&self, configured: &Configured) -> bool {
        started(&configured.cmd)
            .iter()
            .any(|view| names(view, self.words.first()))
    }

    /// What stands in place of the wanted words.
    fn failure(&self, case: &Case<'_>, configured: &Configured) -> Failure {
        let wanted = self.words.join(" ");
        let list = in_exec_form_shown(&self.words);
        let failure = |found: String| Failure::new(say!("an ENTRYPOINT that starts `{wanted}`"; wanted), found);
        let words = configured.entrypoint.join(" ");
        let at = configured.entrypoint_line;
        let cmd = configured.cmd_line;
        if words.is_empty() {
            let found = failure(say!("there is no ENTRYPOINT").to_owned());
            return match cmd.filter(|_| self.is_in_cmd(configured)) {
                Some(line) => found
                    .at(case.line(line))
                    .why(say!("`docker run IMAGE ARGS` replaces all of CMD: without an ENTRYPOINT, `{wanted}` is replaced too."; wanted))
                    .cause(
                        "in-cmd",
                        say!("Add `ENTRYPOINT {list}`, and remove `{wanted}` from CMD on line {line}."; list, wanted, line),
                    ),
                None => found.cause("none", say!("Add `ENTRYPOINT {list}` to the Dockerfile."; list)),
            };
        }
        let failure = failure(say!("it is `{words}`"; words)).at(at.and_then(|line| case.line(line)));
        let first = self.words.first();
        let is_part = first.is_some_and(|first| {
            started(&configured.entrypoint)
                .iter()
                .any(|view| names(view, Some(first)))
        });
        match at {
            Some(line) if is_part => failure.cause(
                "incomplete",
                say!("Complete ENTRYPOINT on line {line}: `ENTRYPOINT {list}`."; line, list),
            ),
            Some(line) => failure.cause(
                "another",
                say!("Change line {line} to `ENTRYPOINT {list}`."; line, list),
            ),
            None => failure
                .why(say!(
                    "This ENTRYPOINT comes from the base image, and your CMD only adds arguments to it."
                ))
                .cause("inherited", say!("Set your own with `ENTRYPOINT {list}`."; list)),
        }
    }

    /// The wanted words are there, with more behind them that CMD's replacement does not get past.
    fn not_replaced(&self, case: &Case<'_>, configured: &Configured, replaced: &Replaced) -> Failure {
        let wanted = self.words.join(" ");
        let list = in_exec_form_shown(&self.words);
        let words = configured.entrypoint.join(" ");
        let by = replaced.by.first().map_or("", String::as_str);
        let place = configured.entrypoint_line.and_then(|line| case.line(line));
        let failure = Failure::new(
            say!("an ENTRYPOINT with only `{wanted}`, and the rest in CMD"; wanted),
            say!("it is `{words}`, so `docker run IMAGE {by}` does not run `{by}`"; words, by),
        )
        .at(place);
        let line = configured.entrypoint_line.unwrap_or_default();
        if ignores_what_follows(&configured.entrypoint) {
            return failure
                .why(say!(
                    "An ENTRYPOINT in shell form ignores CMD and the arguments of `docker run`."
                ))
                .cause(
                    "shell-form",
                    say!("Write line {line} in exec form, `ENTRYPOINT {list}`, and move the rest to CMD."; line, list),
                );
        }
        failure
            .why(say!(
                "`docker run IMAGE ARGS` replaces CMD and keeps ENTRYPOINT: what is in ENTRYPOINT always runs."
            ))
            .cause(
                "too-much",
                say!("Keep only `{wanted}` in ENTRYPOINT on line {line}, and move the rest to CMD."; wanted, line),
            )
    }
}

/// Whether a program of this name is the first of these words.
fn names(words: &[String], program: Option<&String>) -> bool {
    words
        .first()
        .zip(program)
        .is_some_and(|(word, program)| base_name(word) == program)
}

/// Words as a list in brackets.
fn in_exec_form_shown(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

/// ENTRYPOINT and CMD as the image has them, or as the Dockerfile says where there is no image; with their lines.
pub(super) struct Configured {
    pub(super) entrypoint: Vec<String>,
    pub(super) cmd: Vec<String>,
    pub(super) entrypoint_line: Option<u32>,
    pub(super) cmd_line: Option<u32>,
}

impl Configured {
    pub(super) fn of(case: &Case<'_>) -> Result<Self, Outcome> {
        let planned = case.planned;
        let (entrypoint, cmd) = match case.evidence.image.known() {
            Some(image) => (image.config.entrypoint.clone(), image.config.cmd.clone()),
            None => {
                let planned = case.planned()?;
                let words = |form: &Option<Located<Form>>| {
                    form.as_ref()
                        .map(|found| in_exec_form(&found.value))
                        .unwrap_or_default()
                };
                (words(&planned.entrypoint), words(&planned.cmd))
            }
        };
        Ok(Self {
            entrypoint,
            cmd,
            entrypoint_line: planned.and_then(|planned| Some(planned.entrypoint.as_ref()?.line)),
            cmd_line: planned.and_then(|planned| Some(planned.cmd.as_ref()?.line)),
        })
    }
}

/// The commands that ran in the container while it was looked at, behind what only started them.
pub(super) fn running_processes(case: &Case<'_>) -> Vec<Vec<String>> {
    let server = case.evidence.run.known().and_then(|run| run.server.as_ref()?.known());
    server
        .into_iter()
        .flat_map(|server| server.process.iter().chain(&server.processes))
        .flat_map(|words| started(words))
        .collect()
}

/// The words that an image's configuration would have for this form.
fn in_exec_form(form: &Form) -> Vec<String> {
    match form {
        Form::Exec(words) => words.clone(),
        Form::Shell(text) if text.trim().is_empty() => Vec::new(),
        Form::Shell(text) => vec!["/bin/sh".to_owned(), "-c".to_owned(), text.clone()],
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::{CommandEvidence, Observed},
        sample::{Sample, refused, strings},
    };

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
            Sample::of("FROM x\nENTRYPOINT [\"uvicorn\"]\n").image(|image| image.config.entrypoint = strings(words))
        };
        with(&["/bin/sh", "-c", "uvicorn app.main:app"])
            .passes(UVICORN)
            .is_settled(UVICORN);
        with(&["tini", "--", "uvicorn"]).passes(UVICORN);
        with(&["tini", "--", "gunicorn"]).fails_at(UVICORN, "it is `tini -- gunicorn`", 2);
    }

    const SHELL: &str = r#"entrypoint = { words = ["poetry", "run"], replaced = { by = ["/bin/bash", "-c", "echo ok"], prints = "^ok" } }"#;

    fn poetry(entrypoint: &str, replaced: Option<&str>) -> Sample {
        let text = format!("FROM x\nENTRYPOINT {entrypoint}\nCMD [\"uvicorn\"]\n");
        let parsed = crate::dockerfile::parse(&text);
        let planned = crate::dockerfile::final_image(&parsed, None).and_then(|planned| planned.entrypoint);
        let words = planned
            .map(|found| super::in_exec_form(&found.value))
            .unwrap_or_default();
        let sample = Sample::of(&text);
        let Some(printed) = replaced else { return sample };
        let seen = CommandEvidence {
            exit_code: 0,
            output: printed.to_owned(),
        };
        sample
            .image(|image| {
                image.config.entrypoint = words;
                image.config.cmd = strings(&["uvicorn"]);
            })
            .run(|run| {
                run.arguments
                    .insert("/bin/bash -c echo ok".to_owned(), Observed::Known(seen));
            })
    }

    #[test]
    fn a_script_that_runs_whatever_it_is_given_runs_no_poetry() {
        const REFUSED: &str = r#"entrypoint = { words = ["poetry", "run"], replaced = { by = ["/bin/bash", "-c", "echo ok"], prints = "^ok" }, refuses = { by = ["none"], prints = "Command not found" } }"#;
        let script = |printed: &str| {
            poetry(r#"["/start"]"#, Some("ok")).run(|run| {
                let seen = CommandEvidence {
                    exit_code: 1,
                    output: printed.to_owned(),
                };
                run.arguments.insert("none".to_owned(), Observed::Known(seen));
            })
        };
        script("Command not found: none").passes(REFUSED).is_settled(REFUSED);
        script("/start: 2: exec: none: not found").fails_at(REFUSED, "it is `/start`", 2);
        // Where it was not tried, the shell that starts has to do; words that are certain need no trial.
        poetry(r#"["/start"]"#, Some("ok")).passes(REFUSED);
        poetry(r#"["tini", "--", "poetry", "run"]"#, Some("ok")).passes(REFUSED);
    }

    #[test]
    fn what_the_replacement_of_cmd_does_decides() {
        for right in [
            r#"["poetry", "run"]"#,
            r#"["tini", "--", "poetry", "run"]"#,
            r#"["sh", "-c", "exec poetry run \"$@\"", "--"]"#,
            r#"["python", "-m", "poetry", "run"]"#,
        ] {
            poetry(right, None).passes(SHELL).is_provisional(SHELL);
            poetry(right, Some("ok")).passes(SHELL).is_settled(SHELL);
        }
        // A script of one's own: only a container tells.
        poetry(r#"["/start"]"#, None).cannot_check(SHELL);
        poetry(r#"["/start"]"#, Some("ok")).passes(SHELL);
        poetry(r#"["/start"]"#, Some("usage: start")).fails_at(SHELL, "it is `/start`", 2);
        // More than the wanted words: CMD's replacement becomes arguments of uvicorn.
        for wrong in [
            r#"["poetry", "run", "uvicorn", "a:b", "--port"]"#,
            "poetry run uvicorn a:b",
        ] {
            poetry(wrong, None).fails_at(SHELL, "so `docker run IMAGE", 2);
            poetry(wrong, Some("Usage: uvicorn")).fails_at(SHELL, "so `docker run IMAGE", 2);
        }
        poetry(r#"["poetry", "run", "nice"]"#, Some("ok")).passes(SHELL);
        // A shell that starts is not enough if nothing runs it through poetry.
        poetry(r#"["env"]"#, Some("ok")).fails_at(SHELL, "it is `env`", 2);
        poetry("[]", Some("ok")).fails(SHELL, "there is no ENTRYPOINT");
        // Evidence of before this was asked.
        Sample::of("FROM x\nENTRYPOINT [\"/start\"]\n")
            .image(|image| image.config.entrypoint = strings(&["/start"]))
            .cannot_check(SHELL);
    }

    #[test]
    fn its_setting_is_a_list_of_words() {
        refused(r#"entrypoint = "uvicorn""#, "did not match any variant");
        refused(r#"entrypoint = { words = ["uvicorn"] }"#, "did not match any variant");
    }
}

//! `check.process`: ENTRYPOINT and CMD join into this process.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    entrypoint::{Configured, running_processes},
    judge::{Judge, asks_for_something},
    serves::{Serves, is_loopback},
    spelling::{base_name, option},
    started::{ignores_what_follows, is_literal, started},
};
use crate::{
    check::{
        case::Case,
        evidence::ServerEvidence,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Shell,
};

/// Words that it has in this order, others between them allowed, and the values of its options.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Process {
    words: Vec<String>,
    #[serde(default)]
    options: BTreeMap<String, String>,
    /// Values of options that the words leave out.
    #[serde(default)]
    defaults: BTreeMap<String, String>,
    /// Where the program takes options from its environment: `UVICORN_` for `UVICORN_PORT`.
    #[serde(default)]
    variables: Option<String>,
    /// Whether part of it must be in CMD, where `docker run` can replace it.
    #[serde(default)]
    needs_cmd: bool,
    /// What a container answers when the options are right; an answer settles them, however they are spelled.
    #[serde(default)]
    answers: Option<Serves>,
}

impl Judge for Process {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let configured = match Configured::of(case) {
            Ok(configured) => configured,
            Err(outcome) => return outcome,
        };
        let Configured { entrypoint, cmd, .. } = &configured;
        let joined: Vec<String> = entrypoint.iter().chain(cmd).cloned().collect();
        if joined.is_empty() {
            return Outcome::Fail(self.failure(say!("there is no ENTRYPOINT and no CMD")).cause(
                "none",
                say!("Add an ENTRYPOINT and a CMD that together run `{}`.", self.example()),
            ));
        }
        if let Some(failure) = self.not_in_cmd(case, &configured) {
            return Outcome::Fail(failure);
        }
        let views = started(&joined);
        let answer = self.answers.as_ref().map(|answers| answers.judge(case));
        let running = running_processes(case);
        let Some(view) = self.view_of(&views).or_else(|| self.view_of(&running)) else {
            // A container that ended before it was looked at may have run it, behind a script.
            if !is_literal(&views) && running.is_empty() {
                return match case.run() {
                    Err(outcome) => outcome,
                    Ok(_) => Outcome::skipped(say!("the container's processes could not be read")),
                };
            }
            return Outcome::Fail(self.without_program(case, &configured, &views, &joined));
        };
        if answer == Some(Outcome::Pass) {
            return Outcome::Pass;
        }
        let server = case.evidence.run.known().and_then(|run| run.server.as_ref()?.known());
        let mut undecided = false;
        for (name, wanted) in &self.options {
            let (value, by_variable) = match option(view, name) {
                Some(value) => (Some(value.to_owned()), false),
                None => match self.variable_of(case, name) {
                    Some(value) => (Some(value), true),
                    None => (self.defaults.get(name).cloned(), false),
                },
            };
            match &value {
                Some(value) if value == wanted => {}
                Some(value) if value.contains('$') && is_expanded(&views, &joined, value) => undecided = true,
                _ => {
                    let is_default = option(view, name).is_none() && !by_variable;
                    let found = FoundOption {
                        name,
                        value: value.as_deref(),
                        is_default,
                        by_variable,
                    };
                    return Outcome::Fail(self.wrong_option(case, &configured, &found, wanted, &joined));
                }
            }
        }
        if !undecided {
            return Outcome::Pass;
        }
        // What the shell put in for a variable shows in what the container listens on.
        match (server, answer) {
            (Some(server), Some(Outcome::Fail(_))) => match self.seen(case, &configured, server) {
                Some(failure) => Outcome::Fail(failure),
                None => Outcome::skipped(say!(
                    "nothing in the container listened, so its address and port could not be read"
                )),
            },
            (_, Some(outcome)) => outcome,
            (_, None) => Outcome::cannot_check(say!("an option contains a variable, and no container was started")),
        }
    }

    fn probes(&self) -> Vec<Probe> {
        let answers = self.answers.iter().flat_map(Serves::probes);
        std::iter::once(Probe::Image).chain(answers).collect()
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = asks_for_something("words", &self.words);
        mistakes.extend(self.answers.iter().flat_map(Judge::mistakes));
        mistakes
    }
}

/// An option's value, as it was found.
struct FoundOption<'a> {
    name: &'a str,
    value: Option<&'a str>,
    /// Whether the words leave it out and the program's own default holds.
    is_default: bool,
    /// Whether a variable of the environment gives it.
    by_variable: bool,
}

/// Whether a shell puts something in for the variable in this word: it is part of a script.
fn is_expanded(views: &[Vec<String>], joined: &[String], value: &str) -> bool {
    let in_script = |word: &String| word != value && word.contains(value) && word.contains(' ');
    joined.iter().any(in_script) || views.iter().flatten().any(in_script)
}

/// Words as a shell would have them, those with blanks in quotes.
pub(super) fn shown(words: &[String]) -> String {
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
    fn failure(&self, found: impl Into<String>) -> Failure {
        Failure::new(say!("a process that runs `{}`", self.example()), found)
    }

    /// The first of these commands that has the wanted words in its place.
    fn view_of<'a>(&self, views: &'a [Vec<String>]) -> Option<&'a [String]> {
        let (program, others) = self.words.split_first()?;
        let is_it = |view: &&Vec<String>| {
            let mut rest = view.iter().skip(1);
            view.first().is_some_and(|first| base_name(first) == program)
                && others.iter().all(|wanted| rest.any(|word| word == wanted))
        };
        views.iter().find(is_it).map(Vec::as_slice)
    }

    /// The value of the variable that stands for an option.
    fn variable_of(&self, case: &Case<'_>, option: &str) -> Option<String> {
        let name = self.variable_name(option)?;
        let value = super::env::value_of(case, &name).ok()??;
        (!value.is_empty()).then_some(value)
    }

    fn variable_name(&self, option: &str) -> Option<String> {
        let prefix = self.variables.as_ref()?;
        let bare = option.trim_start_matches('-').replace('-', "_").to_uppercase();
        Some(format!("{prefix}{bare}"))
    }

    /// What keeps CMD from being what `docker run` replaces.
    fn not_in_cmd(&self, case: &Case<'_>, configured: &Configured) -> Option<Failure> {
        let Configured { entrypoint, cmd, .. } = configured;
        let at = |line: Option<u32>| line.and_then(|line| case.line(line));
        if ignores_what_follows(entrypoint) && !cmd.is_empty() {
            let found = say!(
                "ENTRYPOINT is in shell form, so the CMD `{}` is ignored: the process is `{}`",
                cmd.join(" "),
                entrypoint.join(" ")
            );
            let next = match configured.entrypoint_line {
                Some(line) => {
                    say!("Write ENTRYPOINT on line {line} in exec form: a list in brackets, each word quoted."; line)
                }
                None => say!("Set your own ENTRYPOINT in exec form: a list in brackets, each word quoted.").to_owned(),
            };
            return Some(
                self.failure(found)
                    .at(at(configured.entrypoint_line))
                    .why(say!(
                        "In shell form, Docker runs ENTRYPOINT as one `sh -c` command and passes it nothing from CMD."
                    ))
                    .cause("cmd-ignored", next),
            );
        }
        if !self.needs_cmd {
            return None;
        }
        if cmd.is_empty() {
            let (words, line) = (shown(entrypoint), configured.entrypoint_line.unwrap_or_default());
            return Some(
                self.failure(say!("there is no CMD; ENTRYPOINT is `{words}`"; words))
                    .at(at(configured.entrypoint_line))
                    .why(say!("CMD holds the default arguments, which `docker run IMAGE ARGS` replaces. What is in ENTRYPOINT is always kept."))
                    .cause("no-cmd", say!("Add a CMD with the arguments, and leave only the program in ENTRYPOINT on line {line}."; line)),
            );
        }
        let alone = started(entrypoint);
        let view = self.view_of(&alone)?;
        let is_whole = self
            .options
            .iter()
            .all(|(name, wanted)| option(view, name) == Some(wanted));
        is_whole.then(|| {
            let (words, line) = (shown(entrypoint), configured.entrypoint_line.unwrap_or_default());
            self.failure(say!("everything is in ENTRYPOINT: `{words}`"; words))
                .at(at(configured.entrypoint_line))
                .why(say!("CMD holds the default arguments, which `docker run IMAGE ARGS` replaces. What is in ENTRYPOINT is always kept."))
                .cause("all-in-entrypoint", say!("Move the arguments from ENTRYPOINT on line {line} to CMD."; line))
        })
    }

    /// The program does not run, or not with its first arguments.
    fn without_program(
        &self,
        case: &Case<'_>,
        configured: &Configured,
        views: &[Vec<String>],
        joined: &[String],
    ) -> Failure {
        let process = shown(joined);
        let line = configured.cmd_line.or(configured.entrypoint_line);
        let place = line.and_then(|line| case.line(line));
        let line = line.unwrap_or_default();
        let program = self.words.first().map_or("", String::as_str);
        let starts_program = |view: &&Vec<String>| view.first().is_some_and(|first| base_name(first) == program);
        // A shell behind the program: it takes the shell for its first argument.
        let shell = |view: &&Vec<String>| view.get(1).is_some_and(|word| Shell::of(&[word]) == Shell::Posix);
        if views.iter().any(|view| starts_program(&view) && shell(&view)) {
            return self
                .failure(say!("CMD is in shell form, so it adds a shell after ENTRYPOINT: the process is `{process}`"; process))
                .at(place)
                .why(say!("In shell form, Docker adds `/bin/sh -c` before the text of CMD. Here `{program}` gets that as its arguments."; program))
                .cause("shell-behind-program", say!("Write CMD on line {line} in exec form: a list in brackets, each word quoted."; line));
        }
        if let Some(word) = joined
            .iter()
            .find(|word| self.is_several(word) && !is_script(joined, word))
        {
            return self
                .failure(say!("the program gets `{word}` as a single argument"; word))
                .at(place)
                .why(say!(
                    "Each string in the list is one argument, including its spaces. Docker does not split it."
                ))
                .cause(
                    "one-word",
                    say!("Split the string on line {line}: one string for each word."; line),
                );
        }
        let missing = self
            .words
            .iter()
            .find(|wanted| {
                !views
                    .iter()
                    .any(|view| view.iter().any(|word| base_name(word) == wanted.as_str()))
            })
            .map_or(program, String::as_str);
        if missing == program || !views.iter().any(|view| starts_program(&view)) {
            return self
                .failure(say!("the process is `{process}`, and its program is not `{program}`"; process, program))
                .at(place)
                .why(say!(
                    "The first word of ENTRYPOINT and CMD together is the program that runs; the other words are its arguments."
                ))
                .cause(
                    "another-program",
                    say!("Make ENTRYPOINT and CMD together start `{program}`; CMD is on line {line}."; program, line),
                );
        }
        let view = views.iter().find(starts_program).map(Vec::as_slice).unwrap_or_default();
        let instead = view
            .iter()
            .skip(1)
            .find(|word| word.contains(':') && !word.starts_with('-'));
        let place = instead.and_then(|word| place_of(case, configured, word)).or(place);
        let at = place.as_ref().map_or(line, |place| place.line);
        let failure = self
            .failure(say!("the process is `{process}`, without the argument `{missing}`"; process, missing))
            .at(place)
            .why(say!("`{missing}` tells `{program}` which module to load, relative to the working directory, and which object in it to run."; program, missing));
        match instead {
            Some(instead) => failure.cause(
                "another-app",
                say!("Change `{instead}` on line {at} to `{missing}`."; instead, at, missing),
            ),
            None => failure.cause("no-app", say!("Add `{missing}` to CMD on line {at}."; missing, at)),
        }
    }

    /// Whether one word holds several that are wanted.
    fn is_several(&self, word: &str) -> bool {
        word.contains(' ')
            && word
                .split_whitespace()
                .any(|part| self.words.iter().any(|wanted| wanted == part))
    }

    /// An option that has another value than the wanted one, or none.
    fn wrong_option(
        &self,
        case: &Case<'_>,
        configured: &Configured,
        found: &FoundOption<'_>,
        wanted: &str,
        joined: &[String],
    ) -> Failure {
        let name = found.name;
        let variable = self.variable_name(name).unwrap_or_default();
        let place = if found.by_variable {
            super::env::line_of(case, &variable).and_then(|line| case.line(line))
        } else {
            found
                .value
                .and_then(|value| place_of_option(case, configured, name, value))
        };
        let place = place.or_else(|| {
            let line = configured.cmd_line.or(configured.entrypoint_line)?;
            case.line(line)
        });
        let line = place.as_ref().map_or(0, |place| place.line);
        let process = shown(joined);
        let told = match found.value {
            _ if found.is_default => say!("the process is `{process}`, without `{name}`"; process, name),
            Some(value) if found.by_variable => say!("`{variable}` is `{value}`"; variable, value),
            Some(value) => say!("`{name}` is `{value}`"; name, value),
            None => say!("the process is `{process}`, without `{name}`"; process, name),
        };
        let failure = self.failure(told).at(place);
        let value = found.value.unwrap_or_default();
        if value.contains('$') {
            return failure
                .why(say!("In exec form, no shell replaces variables, so the program gets `{value}` unchanged."; value))
                .cause(
                    "variable-in-exec-form",
                    say!("Write `{wanted}` on line {line}, or run the command in a shell, which replaces the variable."; wanted, line),
                );
        }
        let failure = match value {
            value if is_loopback(value) => failure.why(say!(
                "Inside a container, {value} is the container itself. A server that listens only there cannot be reached from outside, even with `-p`."; value
            )),
            "::" => failure.why(say!(
                "`::` is IPv6. `-p` forwards requests to the container's IPv4 address, where nothing listens."
            )),
            _ if wanted.parse::<u16>().is_ok() => failure.why(say!(
                "`-p` forwards requests to port {wanted} of the container. A server on another port does not get them."; wanted
            )),
            _ => failure,
        };
        if found.is_default {
            failure.cause(
                left_out(name),
                say!("Add `{name} {wanted}` to the arguments on line {line}."; name, wanted, line),
            )
        } else if found.by_variable {
            failure.cause(
                "variable",
                say!("Set `{variable}` to `{wanted}` on line {line}."; variable, wanted, line),
            )
        } else {
            failure.cause(
                wrong(name),
                say!("Change `{value}` on line {line} to `{wanted}`."; value, line, wanted),
            )
        }
    }

    /// What the container listens on, where its words do not tell.
    fn seen(&self, case: &Case<'_>, configured: &Configured, server: &ServerEvidence) -> Option<Failure> {
        let address = server.listening.first()?;
        let line = configured.cmd_line.or(configured.entrypoint_line);
        let place = line.and_then(|line| case.line(line));
        let wanted = self
            .options
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect::<Vec<_>>()
            .join(" ");
        let line = line.unwrap_or_default();
        Some(
            self.failure(say!("the container listens on {address}"; address))
                .at(place)
                .why(say!(
                    "The shell replaced the variable, and the server listens on that value."
                ))
                .cause(
                    "variable-in-script",
                    say!("Give the variable on line {line} the value that results in `{wanted}`."; line, wanted),
                ),
        )
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

/// One cause for each option, so that what is said of one is not said of another.
fn wrong(name: &str) -> &'static str {
    match name {
        "--host" => "another-address",
        "--port" => "another-port",
        _ => "another-value",
    }
}

fn left_out(name: &str) -> &'static str {
    match name {
        "--host" => "no-address",
        "--port" => "no-port",
        _ => "no-value",
    }
}

/// Whether a word is the script of the shell before it.
fn is_script(words: &[String], word: &str) -> bool {
    words
        .iter()
        .position(|one| one == word)
        .and_then(|at| words.get(at.checked_sub(1)?))
        .is_some_and(|flag| flag.starts_with('-') && flag.ends_with('c'))
}

/// The line of ENTRYPOINT or CMD on which a word stands.
fn place_of(case: &Case<'_>, configured: &Configured, word: &str) -> Option<crate::check::Place> {
    lines_of(case, configured).find(|place| place.text.contains(word))
}

/// The line of ENTRYPOINT or CMD on which an option or its value stands.
fn place_of_option(case: &Case<'_>, configured: &Configured, name: &str, value: &str) -> Option<crate::check::Place> {
    let all: Vec<crate::check::Place> = lines_of(case, configured).collect();
    let with = |text: &str| all.iter().find(|place| place.text.contains(text)).cloned();
    all.iter()
        .find(|place| place.text.contains(name) && place.text.contains(value))
        .cloned()
        .or_else(|| with(value))
        .or_else(|| with(name))
}

/// The lines of CMD and of ENTRYPOINT, those that continue them too.
fn lines_of<'a>(case: &'a Case<'_>, configured: &Configured) -> impl Iterator<Item = crate::check::Place> + 'a {
    let starts = [configured.cmd_line, configured.entrypoint_line];
    let instructions = case
        .dockerfile
        .map(|parsed| parsed.instructions.as_slice())
        .unwrap_or_default();
    starts.into_iter().flatten().flat_map(move |start| {
        let end = instructions
            .iter()
            .find(|instruction| instruction.start_line == start)
            .map_or(start, |instruction| instruction.end_line);
        (start..=end).filter_map(|line| case.line(line))
    })
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
            2,
        );
    }

    #[test]
    fn a_cmd_in_shell_form_is_no_list_of_arguments() {
        Sample::of("FROM x\nENTRYPOINT [\"uvicorn\"]\nCMD app.main:app --port 8000\n").fails_at(
            SERVER,
            "CMD is in shell form, so it adds a shell after ENTRYPOINT",
            3,
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        for (cmd, words) in [
            (
                r#"["uvicorn", "main:app", "--port", "8000"]"#,
                "without the argument `app.main:app`",
            ),
            (
                r#"["app.main:app", "uvicorn", "--port", "8000"]"#,
                "and its program is not `uvicorn`",
            ),
            (
                r#"["echo", "uvicorn", "app.main:app", "--port", "8000"]"#,
                "and its program is not `uvicorn`",
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
        Sample::of("FROM x\n").fails(SERVER, "no ENTRYPOINT and no CMD");
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
                image.config.entrypoint = strings(&["uvicorn"]);
                image.config.cmd = strings(words);
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

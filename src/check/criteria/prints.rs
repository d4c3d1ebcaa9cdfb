//! `check.prints`: one of these commands, run in the image, prints what is expected.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Text,
    judge::{Judge, asks_for_something, says_something},
    spelling::{base_name, listed},
    unrunnable::Unrunnable,
};
use crate::{
    check::{
        case::{Case, known},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::Command,
};

/// Commands of which one must succeed and print a text that matches.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prints {
    any_of: Vec<Vec<String>>,
    matches: Text,
    /// What is expected, in words; the pattern is told where there are none.
    #[serde(default)]
    expected: Option<String>,
}

impl Judge for Prints {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let run = match case.run() {
            Ok(run) => run,
            Err(outcome) => return outcome,
        };
        let mut found = Vec::new();
        let mut codes = Vec::new();
        let mut unrunnables = Vec::new();
        let mut undecided = None;
        let mut missing = None;
        let mut is_denied = false;
        let mut origin = None;
        for words in &self.any_of {
            let line = words.join(" ");
            let Some(asked) = run.commands.get(&line) else {
                return Outcome::cannot_check(say!("`{line}` was not executed"; line));
            };
            let result = match known(asked) {
                Ok(result) => result,
                Err(outcome) => {
                    undecided.get_or_insert(outcome);
                    continue;
                }
            };
            if result.exit_code == 0 && self.matches.is_in(result.output.trim()) {
                return Outcome::Pass;
            }
            codes.push(result.exit_code);
            is_denied |= result.output.contains("Permission denied");
            if result.exit_code == 0 {
                origin = origin.or_else(|| origin_of(case, words, result.output.trim()));
            }
            if let Some(package) = missing_package(&result.output) {
                missing.get_or_insert((package, shown(words)));
            }
            let mut lines = result.output.lines().map(str::trim).filter(|line| !line.is_empty());
            let shown = shown(words);
            let unrunnable = Unrunnable::of(result);
            found.push(match (&unrunnable, result.exit_code) {
                (Some(unrunnable), _) => unrunnable.found(words.first().map_or("", String::as_str)),
                (None, 0) => say!("`{shown}` prints `{}`", lines.next().unwrap_or(say!("nothing")); shown),
                // A program that fails says why at its end.
                (None, code) => say!("`{shown}` ends with exit code {code}: {}", lines.next_back().unwrap_or(say!("it prints nothing")); shown, code),
            });
            unrunnables.push(unrunnable);
        }
        if let Some(outcome) = undecided {
            return outcome;
        }
        let lines: Vec<String> = self.any_of.iter().map(|words| shown(words)).collect();
        let programs: Vec<&String> = self.any_of.iter().filter_map(|words| words.first()).collect();
        let failure = Failure::new(
            self.expected.clone().unwrap_or_else(|| {
                say!(
                    "{} prints text that matches `{}`",
                    listed(&lines, "or"),
                    self.matches.as_str()
                )
            }),
            found.join("; "),
        );
        if let [Some(first), others @ ..] = unrunnables.as_slice()
            && others.iter().all(Option::is_some)
        {
            return Outcome::Fail(failure.cause(first.cause(), first.next(&listed(&programs, "or"))));
        }
        Outcome::Fail(if let Some((package, command)) = missing {
            failure.cause(
                "not-installed",
                say!("Install `{package}` into the environment that `{command}` uses."; package, command),
            )
        } else if codes.contains(&0) {
            match origin {
                Some(Origin::Program { name, path, line }) => failure
                    .at(case.line(line))
                    .why(say!("PATH decides which `{name}` runs: the first one found in its folders, in their order."; name))
                    .cause(
                        "another-program",
                        say!("Remove `{path}` from line {line}: it runs instead of the original `{name}`."; path, line, name),
                    ),
                Some(Origin::User(line)) => failure.at(case.line(line)).plain("another-user"),
                None => failure.plain("another-output"),
            }
        } else if let Some(user) = case
            .planned
            .and_then(|planned| planned.user.as_ref())
            .filter(|_| is_denied)
        {
            let line = user.line;
            failure
                .at(case.line(line))
                .why(say!(
                    "The container's user is not allowed to use files that another user owns."
                ))
                .cause(
                    "not-permitted",
                    say!("Run the install as the user that line {line} sets, or correct the user there."; line),
                )
        } else {
            let command = lines
                .iter()
                .zip(&unrunnables)
                .find(|(_, unrunnable)| unrunnable.is_none())
                .map_or("", |(line, _)| line.as_str());
            let failure = failure.why(say!("A command that fails does not show what is in the image."));
            failure.cause(
                "fails",
                say!("Run `{command}` in a container, and fix the error it reports."; command),
            )
        })
    }

    fn probes(&self) -> Vec<Probe> {
        self.any_of.iter().cloned().map(Probe::Command).collect()
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = asks_for_something("any-of", &self.any_of);
        for command in &self.any_of {
            mistakes.extend(asks_for_something("any-of", command));
        }
        mistakes.extend(says_something("matches", self.matches.as_str()));
        mistakes
    }
}

/// What a command's output comes from, as far as the Dockerfile tells.
enum Origin {
    /// A program that a line puts into a folder.
    Program { name: String, path: String, line: u32 },
    /// The line that creates the user.
    User(u32),
}

fn origin_of(case: &Case<'_>, words: &[String], output: &str) -> Option<Origin> {
    let name = words.first()?;
    if name == "id" {
        let creates_it = |command: &Command| {
            matches!(command.program(), Some("useradd" | "adduser" | "usermod"))
                && command.arguments().any(|word| word == output)
        };
        return case
            .commands()
            .filter(creates_it)
            .last()
            .map(|command| Origin::User(command.line));
    }
    // A loop writes `bin/$name`.
    let is_it = |path: &&str| path.contains('/') && (base_name(path) == name || base_name(path).starts_with('$'));
    let written = case.commands().filter_map(|command| {
        let targets = command.redirections.iter().map(|one| one.target.as_str());
        let moves = matches!(command.program(), Some("cp" | "ln" | "mv" | "install"));
        let last = command.words.last().filter(|_| moves).map(|word| word.text.as_str());
        let path = targets.chain(last).find(is_it)?;
        Some((path.to_owned(), command.line))
    });
    let copies = case
        .planned
        .map(|planned| planned.copies.as_slice())
        .unwrap_or_default();
    let copied = copies.iter().filter_map(|copy| {
        let path = Some(copy.destination.as_str()).filter(is_it)?;
        Some((path.to_owned(), copy.line))
    });
    let (path, line) = written.chain(copied).max_by_key(|(_, line)| *line)?;
    Some(Origin::Program {
        name: name.clone(),
        path,
        line,
    })
}

/// The package that Python does not find.
fn missing_package(output: &str) -> Option<&str> {
    let signs = ["No package metadata was found for ", "No module named "];
    let rest = signs.iter().find_map(|sign| Some(output.split_once(sign)?.1))?;
    let package = rest.split_whitespace().next()?.trim_matches(['\'', '"', '.']);
    (!package.is_empty()).then_some(package)
}

/// A command as a person would tell it: a program's text behind `-c` left out.
fn shown(words: &[String]) -> String {
    let mut shown: Vec<&str> = Vec::new();
    for word in words {
        let is_script = shown.last() == Some(&"-c") && word.len() > 30;
        shown.push(if is_script { "…" } else { word });
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::Observed,
        sample::{Sample, refused},
    };

    const PYTHON: &str =
        r#"prints = { any-of = [["python3", "--version"], ["python", "--version"]], matches = '^Python 3\.8\.\d+$' }"#;

    fn both(first: (i64, &str), second: (i64, &str)) -> Sample {
        Sample::of("FROM x\n")
            .command("python3 --version", first.0, first.1)
            .command("python --version", second.0, second.1)
    }

    #[test]
    fn one_command_that_prints_it_is_enough() {
        both((127, "not found"), (0, "\nPython 3.8.10 \n"))
            .passes(PYTHON)
            .is_settled(PYTHON);
        both((0, "Python 3.8.1"), (0, "Python 2.7")).passes(PYTHON);
    }

    #[test]
    fn what_each_one_prints_is_told() {
        both((0, "Python 3.9.2\n"), (127, "not found")).fails(
            PYTHON,
            "`python3 --version` prints `Python 3.9.2`; no `python` that may be executed was found",
        );
        both((127, "not found"), (127, "not found")).fails_by(PYTHON, "no-program");
        let library = "python: error while loading shared libraries: libx.so.1: cannot open";
        both((127, library), (127, library)).fails_by(PYTHON, "no-library");
        both((0, ""), (1, "\noh\n")).fails(PYTHON, "prints `nothing`; `python --version` ends with exit code 1: oh");
    }

    #[test]
    fn the_line_that_the_output_comes_from_is_named() {
        let program = |lines: &str| {
            Sample::of(&format!("FROM x\n{lines}\n"))
                .command("python3 --version", 0, "Python 3.9.2")
                .command("python --version", 127, "not found")
        };
        for lines in [
            "RUN true\nRUN echo x > /opt/bin/python3",
            "RUN true\nRUN ln -s /opt/python3.9 /usr/local/bin/python3",
            "RUN true\nCOPY mine /usr/bin/python3",
            "RUN true\nRUN for name in python python3; do cp /x /usr/bin/$name; done",
        ] {
            program(lines)
                .fails_by(PYTHON, "another-program")
                .fails_at(PYTHON, "prints `Python 3.9.2`", 3);
        }
        program("RUN echo python3 > /tmp/log").fails_by(PYTHON, "another-output");
        let user = r#"prints = { any-of = [["id", "-un"]], matches = "^runner$" }"#;
        Sample::of("FROM x\nRUN useradd -m web \\\n  && useradd -u 1 www\nUSER 1\n")
            .command("id -un", 0, "www\n")
            .fails_by(user, "another-user")
            .fails_at(user, "`id -un` prints `www`", 3);
        Sample::of("FROM x\nUSER daemon\n")
            .command("id -un", 0, "daemon")
            .fails_by(user, "another-output");
    }

    #[test]
    fn a_command_that_fails_is_explained_by_what_it_says() {
        let of = |text: &str| both((1, text), (1, text));
        of("oh").fails_by(PYTHON, "fails");
        of("No module named 'x'").fails_by(PYTHON, "not-installed");
        of("[Errno 13] Permission denied: '/x'").fails_by(PYTHON, "fails");
        Sample::of("FROM x\nUSER 1\n")
            .command("python3 --version", 1, "Permission denied: '/x'")
            .command("python --version", 127, "")
            .fails_by(PYTHON, "not-permitted")
            .fails_at(PYTHON, "Permission denied", 2);
    }

    #[test]
    fn the_right_text_with_another_exit_code_fails() {
        both((1, "Python 3.8.10"), (126, "")).fails(
            PYTHON,
            "ends with exit code 1: Python 3.8.10; `python` may not be executed",
        );
    }

    #[test]
    fn without_a_container_it_cannot_be_checked() {
        Sample::of("FROM x\n").cannot_check(PYTHON);
        Sample::of("FROM x\n").failed("exit code: 1").skips(PYTHON);
        Sample::of("FROM x\n")
            .command("python3 --version", 127, "")
            .cannot_check(PYTHON);
        both((127, ""), (127, ""))
            .run(|run| {
                run.commands
                    .insert("python --version".to_owned(), Observed::unknown("it took too long"));
            })
            .cannot_check(PYTHON);
    }

    #[test]
    fn its_settings_are_commands_and_an_expression() {
        refused(
            r#"prints = { any-of = [["a"]], matches = "(" }"#,
            "`(` is not a valid regular expression",
        );
        refused(r#"prints = { any-of = ["a"], matches = "b" }"#, "invalid type");
        refused(r#"prints = { any-of = [["a"]], match = "b" }"#, "unknown field `match`");
    }
}

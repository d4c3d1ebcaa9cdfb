//! `check.prints`: one of these commands, run in the image, prints what is expected.

use serde::Deserialize;

use super::{Text, judge::Judge, spelling::listed};
use crate::check::{
    case::{Case, known},
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// Commands of which one must succeed and print a text that matches.
#[derive(Debug, Clone, Deserialize)]
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
        let mut undecided = None;
        let mut missing = None;
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
            if let Some(package) = missing_package(&result.output) {
                missing.get_or_insert((package, shown(words)));
            }
            let mut lines = result.output.lines().map(str::trim).filter(|line| !line.is_empty());
            let shown = shown(words);
            found.push(match result.exit_code {
                0 => say!("`{shown}` prints `{}`", lines.next().unwrap_or(say!("nothing")); shown),
                126 | 127 => say!("`{}` does not exist", words.first().map_or("", String::as_str)),
                // A program that fails says why at its end.
                code => say!("`{shown}` ends with exit code {code}: {}", lines.next_back().unwrap_or(say!("it prints nothing")); shown, code),
            });
        }
        if let Some(outcome) = undecided {
            return outcome;
        }
        let lines: Vec<String> = self.any_of.iter().map(|words| shown(words)).collect();
        let is_missing = |code: i64| matches!(code, 126 | 127);
        let all_missing = codes.iter().all(|code| is_missing(*code));
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
        Outcome::Fail(if all_missing {
            failure.cause(
                "no-program",
                say!("Install {}, and put its folder on PATH.", listed(&programs, "or")),
            )
        } else if let Some((package, command)) = missing {
            failure.cause(
                "not-installed",
                say!("Install `{package}` into the environment that `{command}` uses."; package, command),
            )
        } else if codes.contains(&0) {
            failure.plain("another-output")
        } else {
            let command = lines
                .iter()
                .zip(&codes)
                .find(|(_, code)| !is_missing(**code))
                .map_or("", |(line, _)| line.as_str());
            failure.cause(
                "fails",
                say!("Run `{command}` in a container, and fix the error it reports."; command),
            )
        })
    }

    fn probes(&self) -> Vec<Probe> {
        self.any_of.iter().cloned().map(Probe::Command).collect()
    }
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
            "`python3 --version` prints `Python 3.9.2`; `python` does not exist",
        );
        both((0, ""), (1, "\noh\n")).fails(PYTHON, "prints `nothing`; `python --version` ends with exit code 1: oh");
    }

    #[test]
    fn the_right_text_with_another_exit_code_fails() {
        both((1, "Python 3.8.10"), (126, ""))
            .fails(PYTHON, "ends with exit code 1: Python 3.8.10; `python` does not exist");
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

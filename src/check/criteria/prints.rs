//! `check.prints`: one of these commands, run in the image, prints what is expected.

use serde::Deserialize;

use super::{Judge, Text, spelling::listed};
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
        let mut undecided = None;
        for words in &self.any_of {
            let line = words.join(" ");
            let Some(asked) = run.commands.get(&line) else {
                return Outcome::cannot_check(format!("`{line}` was not run"));
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
            let first = result
                .output
                .lines()
                .find(|line| !line.trim().is_empty())
                .unwrap_or("nothing");
            found.push(match result.exit_code {
                0 => format!("`{line}` prints `{first}`"),
                126 | 127 => format!("there is no `{}`", words.first().map_or("", String::as_str)),
                code => format!("`{line}` ends with exit code {code}: {first}"),
            });
        }
        if let Some(outcome) = undecided {
            return outcome;
        }
        let lines: Vec<String> = self.any_of.iter().map(|words| words.join(" ")).collect();
        Outcome::Fail(Failure::new(
            self.expected.clone().unwrap_or_else(|| {
                format!(
                    "{} to print something like `{}`",
                    listed(&lines, "or"),
                    self.matches.as_str()
                )
            }),
            found.join("; "),
        ))
    }

    fn probes(&self) -> Vec<Probe> {
        self.any_of.iter().cloned().map(Probe::Command).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn one_of_the_commands_must_succeed_and_say_it() {
        let version = r#"prints = { any-of = [["python", "-V"], ["python3", "-V"]], matches = '^Python 3\.8' }"#;
        let sample = |code: i64, text: &str| {
            Sample::of("FROM b\n")
                .running("python -V", 127, "")
                .running("python3 -V", code, text)
        };
        sample(0, "Python 3.8.10\n").passes(version);
        sample(0, "Python 3.9\n").fails(version, "prints `Python 3.9`");
        sample(1, "Python 3.8.10").fails(version, "exit code 1");
        sample(0, "x").fails(version, "there is no `python`");
        Sample::of("FROM b\n").cannot_be_checked(version);
        assert!(is_refused("prints = { any-of = [], matches = '(' }"));
    }
}

//! `check.arguments`: words behind the image's name in `docker run` reach the program that the image runs.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Text,
    judge::{Judge, asks_for_something},
};
use crate::{
    check::{
        case::{Case, known},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{Form, Keyword},
};

/// The words, and what the container has to print then.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Arguments {
    words: Vec<String>,
    /// A regular expression for what is printed.
    prints: Text,
}

impl Judge for Arguments {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let run = match case.run() {
            Ok(run) => run,
            Err(outcome) => return outcome,
        };
        let line = self.words.join(" ");
        let Some(asked) = run.arguments.get(&line) else {
            return Outcome::cannot_check(say!("`{line}` was not executed"; line));
        };
        let seen = match known(asked) {
            Ok(seen) => seen,
            Err(outcome) => return outcome,
        };
        Outcome::pass_if(seen.exit_code == 0 && self.prints.is_in(seen.output.trim()), || {
            let mut lines = seen.output.lines().map(str::trim).filter(|line| !line.is_empty());
            let printed = lines.next().unwrap_or(say!("nothing"));
            let expected = say!("`docker run IMAGE {line}` prints text that matches `{}`", self.prints.as_str(); line);
            let found = say!("it prints `{printed}`, with exit code {}", seen.exit_code; printed);
            let failure = Failure::new(expected, found);
            let Some(entrypoint) = case.planned.and_then(|planned| planned.entrypoint.as_ref()) else {
                return failure.at(case.last_line_of(Keyword::Cmd)).cause(
                    "no-entrypoint",
                    say!("Make the program the ENTRYPOINT: the words replace all of CMD.").to_owned(),
                );
            };
            let line = entrypoint.line;
            let failure = failure.at(case.line(line));
            match &entrypoint.value {
                Form::Exec(_) => failure.cause(
                    "dropped",
                    say!("Name the whole program on line {line}; a script passes its arguments on with `\"$@\"`."; line),
                ),
                Form::Shell(_) => failure.cause(
                    "shell-form",
                    say!("Write ENTRYPOINT on line {line} in exec form: in shell form it ignores the words."; line),
                ),
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image, Probe::Arguments(self.words.clone())]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("words", &self.words)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::{CommandEvidence, Observed},
        sample::Sample,
    };

    fn printing(dockerfile: &str, exit_code: i64, output: &str) -> Sample {
        let seen = CommandEvidence {
            exit_code,
            output: output.to_owned(),
        };
        Sample::of(dockerfile).run(|run| {
            run.arguments.insert("--version".to_owned(), Observed::Known(seen));
        })
    }

    #[test]
    fn what_the_container_prints_decides() {
        let check = r#"arguments = { words = ["--version"], prints = "^app [0-9]" }"#;
        let entrypoint = "FROM b\nENTRYPOINT [\"app\"]\n";
        printing(entrypoint, 0, "app 1.0\n").passes(check);
        printing(entrypoint, 1, "app 1.0\n").fails_by(check, "dropped");
        printing(entrypoint, 124, "serving").fails_at(check, "it prints `serving`, with exit code 124", 2);
        printing("FROM b\nENTRYPOINT app\n", 0, "serving").fails_by(check, "shell-form");
        printing("FROM b\nCMD [\"app\"]\n", 127, "no --version").fails_by(check, "no-entrypoint");
        Sample::of(entrypoint).cannot_check(check);
    }
}

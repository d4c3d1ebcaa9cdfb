//! `check.arg`: a build argument is declared in the stage that uses it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, asks_for_something, says_something},
    spelling::{Manager, installs, listed},
};
use crate::{
    check::{
        case::{Case, swallowed},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{self, ArgVar, FinalImage},
};

/// The argument and the defaults that are right.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Arg {
    name: String,
    any_of: Vec<String>,
    /// The installs that need it, so that it must stand above the first of them.
    #[serde(default)]
    above: Option<Manager>,
}

impl Arg {
    /// Why the RUNs do not see the argument.
    fn undeclared(&self, case: &Case<'_>, planned: &FinalImage<'_>, expected: String) -> Failure {
        let name = &self.name;
        let wanted = self.any_of.first().map_or("", String::as_str);
        let failure = |found: String, line: Option<u32>| Failure::new(expected, found).at(case.at(line));
        if let Some(arg) = planned.args.iter().find(|arg| &arg.name == name) {
            let line = arg.line;
            return failure(
                say!("it is declared before FROM, so no RUN can see it").to_owned(),
                Some(line),
            )
            .why(say!("An ARG above FROM can be used only in FROM."))
            .cause(
                "above-from",
                say!("Move it from line {line} to a line below FROM, above the first RUN."; line),
            );
        }
        if let Some(env) = planned.env.iter().find(|env| &env.name == name) {
            let line = env.line;
            return failure(
                say!("it is set with ENV, which stays in the image").to_owned(),
                Some(line),
            )
            .why(say!(
                "ENV is also set in every container of the image; ARG is set only while the image is built."
            ))
            .cause("env-instead", say!("Change ENV on line {line} to ARG."; line));
        }
        if let Some(line) = case.swallowed("ARG", name) {
            return swallowed(line, failure);
        }
        if let Some(arg) = self.misspelled(planned) {
            let (line, found) = (arg.line, &arg.name);
            return failure(
                say!("`{found}` is declared, which is a different name"; found),
                Some(line),
            )
            .cause(
                "misspelled",
                say!("Change `{found}` on line {line} to `{name}`."; found, line, name),
            );
        }
        let is_given = |command: &dockerfile::Command| command.assignments.iter().any(|(given, _)| given == name);
        if let Some(command) = case.commands().find(is_given) {
            let line = command.line;
            return failure(say!("it is set only for the command on line {line}"; line), Some(line))
                .why(say!(
                    "`NAME=value` before a command is set only for that command. ARG is set for every RUN below it."
                ))
                .cause(
                    "one-command",
                    say!("Declare `ARG {name}={wanted}` below FROM instead."; name, wanted),
                );
        }
        failure(say!("it is not declared").to_owned(), None).cause(
            "none",
            say!("Add `ARG {name}={wanted}` below FROM, above the first RUN."; name, wanted),
        )
    }

    /// An argument of nearly that name.
    fn misspelled<'a>(&self, planned: &'a FinalImage<'_>) -> Option<&'a ArgVar> {
        let is_near = |arg: &&ArgVar| dockerfile::nearest(&arg.name, &[&self.name]).is_some();
        planned.args.iter().find(is_near)
    }
}

impl Judge for Arg {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let planned = match case.planned() {
            Ok(planned) => planned,
            Err(outcome) => return outcome,
        };
        let expected = say!(
            "ARG {} with {} as its default, after FROM",
            self.name,
            listed(&self.any_of, "or")
        );
        let Some(declared) = planned
            .args
            .iter()
            .rev()
            .find(|arg| arg.name == self.name && !arg.global)
        else {
            return Outcome::Fail(self.undeclared(case, planned, expected));
        };
        let first_install = self.above.and_then(|manager| {
            let mut runs = planned.runs.iter();
            let run = runs.find(|run| {
                let (commands, _) = dockerfile::commands(run);
                commands.iter().any(|command| installs(command, manager).is_some())
            })?;
            Some(run.start_line)
        });
        let in_time = |line: u32| first_install.is_none_or(|first| line < first);
        let mut declarations = planned.args.iter().filter(|arg| arg.name == self.name && !arg.global);
        let name = &self.name;
        let line = declared.line;
        if let (Some(first), false) = (first_install, declarations.any(|arg| in_time(arg.line))) {
            return Outcome::Fail(
                Failure::new(
                    expected,
                    say!("it is declared below line {first}, so the install there does not see it"; first),
                )
                .at(case.line(line))
                .why(say!(
                    "An ARG is set from its line onwards: RUNs above it do not see it."
                ))
                .cause(
                    "below",
                    say!("Move `ARG {name}` from line {line} above line {first}."; name, line, first),
                ),
            );
        }
        let default = declared.default.as_deref().unwrap_or("");
        let wanted = self.any_of.first().map_or("", String::as_str);
        Outcome::pass_if(self.any_of.iter().any(|wanted| wanted == default), || {
            if default.is_empty() {
                Failure::new(expected, say!("it has no default"))
                    .at(case.line(line))
                    .why(say!(
                        "An ARG without a default is empty, unless `docker build --build-arg` gives it a value."
                    ))
                    .cause(
                        "no-default",
                        say!("Add the value on line {line}: `ARG {name}={wanted}`."; line, name, wanted),
                    )
            } else {
                Failure::new(expected, say!("its default is `{default}`"; default))
                    .at(case.line(line))
                    .cause(
                        "another-value",
                        say!("Change `{default}` on line {line} to `{wanted}`."; default, line, wanted),
                    )
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = says_something("name", &self.name);
        mistakes.extend(asks_for_something("any-of", &self.any_of));
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const FRONTEND: &str = r#"arg = { name = "DEBIAN_FRONTEND", any-of = ["noninteractive"] }"#;

    #[test]
    fn an_arg_below_from_passes_however_it_is_spelled() {
        for args in [
            "ARG DEBIAN_FRONTEND=noninteractive",
            "arg DEBIAN_FRONTEND=\"noninteractive\"",
            "ARG A=1 DEBIAN_FRONTEND='noninteractive' B",
            "ARG MODE=noninteractive\nARG DEBIAN_FRONTEND=${MODE}",
        ] {
            Sample::of(&format!("FROM x\n{args}\nRUN a\n")).passes(FRONTEND);
        }
        Sample::of("FROM x AS y\nARG DEBIAN_FRONTEND=noninteractive\nFROM y\n").passes(FRONTEND);
        Sample::of("ARG DEBIAN_FRONTEND=noninteractive\nFROM x\nARG DEBIAN_FRONTEND\n").passes(FRONTEND);
    }

    #[test]
    fn an_arg_that_the_runs_do_not_see_fails() {
        Sample::of("ARG DEBIAN_FRONTEND=noninteractive\nFROM x\nRUN a\n").fails_at(FRONTEND, "before FROM", 1);
        Sample::of("FROM x AS y\nARG DEBIAN_FRONTEND=noninteractive\nFROM x\n").fails(FRONTEND, "it is not declared");
    }

    #[test]
    fn an_env_is_no_arg() {
        Sample::of("FROM x\nENV DEBIAN_FRONTEND=noninteractive\n").fails_at(FRONTEND, "set with ENV", 2);
    }

    #[test]
    fn the_default_is_told() {
        Sample::of("FROM x\nARG DEBIAN_FRONTEND=readline\n").fails_at(FRONTEND, "its default is `readline`", 2);
        Sample::of("FROM x\nARG DEBIAN_FRONTEND\n").fails_at(FRONTEND, "it has no default", 2);
    }

    #[test]
    fn the_dockerfile_alone_decides() {
        Sample::of("FROM x\nARG DEBIAN_FRONTEND=noninteractive\n").is_settled(FRONTEND);
        Sample::of("").skips(FRONTEND);
    }

    #[test]
    fn its_settings_are_a_name_and_defaults() {
        refused(r#"arg = { name = "A", anyof = ["1"] }"#, "unknown field `anyof`");
        refused(r#"arg = { name = "A", any-of = "1" }"#, "invalid type");
    }
}

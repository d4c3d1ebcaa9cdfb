//! `check.refuses`: this command, run in the image, does not succeed.

use serde::Deserialize;

use super::{Judge, spelling::base_name};
use crate::{
    check::{
        case::{Case, known},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{self, FinalImage},
};

/// The command's words.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Refuses(Vec<String>);

impl Judge for Refuses {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let run = match case.run() {
            Ok(run) => run,
            Err(outcome) => return outcome,
        };
        let line = self.0.join(" ");
        let Some(asked) = run.commands.get(&line) else {
            return Outcome::cannot_check(say!("`{line}` was not run"; line));
        };
        let result = match known(asked) {
            Ok(result) => result,
            Err(outcome) => return outcome,
        };
        // A program that is missing refuses nothing.
        if matches!(result.exit_code, 126 | 127) {
            return Outcome::cannot_check(say!("the image has no `{}`", self.0.first().map_or("", String::as_str)));
        }
        Outcome::pass_if(result.exit_code != 0, || {
            let place = case.planned.and_then(|planned| case.line(suspect(planned)?));
            Failure::new(
                say!("`{line}` refused in the working directory"; line),
                say!("it succeeds: the container's user may write there"),
            )
            .at(place)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Command(self.0.clone())]
    }
}

/// The line that most likely gave the permission: the last that changes owners or modes, or else the WORKDIR below USER,
/// or USER itself.
fn suspect(planned: &FinalImage<'_>) -> Option<u32> {
    let changes = planned
        .runs
        .iter()
        .flat_map(|run| dockerfile::commands(run).0)
        .filter(|command| {
            command
                .program()
                .is_some_and(|program| matches!(base_name(program), "chmod" | "chown" | "chgrp"))
        });
    let copies = planned.copies.iter().filter(|copy| {
        copy.flags
            .iter()
            .any(|flag| matches!(flag.name.as_str(), "chown" | "chmod"))
    });
    let changed = changes
        .map(|command| command.line)
        .chain(copies.map(|copy| copy.line))
        .max();
    let user = planned.user.as_ref().map(|user| user.line);
    let workdir = planned
        .workdir_line
        .filter(|line| user.is_some_and(|user| *line > user));
    changed.or(workdir).or(user)
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::Observed,
        sample::{Sample, refused},
    };

    const TOUCH: &str = r#"refuses = ["touch", "x"]"#;

    fn ending(exit_code: i64) -> Sample {
        Sample::of("FROM x\nUSER 10000\nUSER 0\n").command("touch x", exit_code, "")
    }

    #[test]
    fn any_exit_code_but_0_is_a_refusal() {
        ending(1).passes(TOUCH).is_settled(TOUCH);
        ending(2).passes(TOUCH);
    }

    #[test]
    fn success_fails_at_the_user() {
        ending(0).fails_at(TOUCH, "it succeeds", 3);
    }

    #[test]
    fn a_program_that_is_missing_refuses_nothing() {
        ending(127).cannot_check(TOUCH);
        ending(126).cannot_check(TOUCH);
    }

    #[test]
    fn without_a_container_it_cannot_be_checked() {
        Sample::of("FROM x\n").cannot_check(TOUCH);
        Sample::of("FROM x\n").failed("exit code: 1").skips(TOUCH);
        Sample::of("FROM x\n").command("touch y", 1, "").cannot_check(TOUCH);
        ending(1)
            .run(|run| {
                run.commands
                    .insert("touch x".to_owned(), Observed::unknown("it took too long"));
            })
            .cannot_check(TOUCH);
    }

    #[test]
    fn its_setting_is_a_command() {
        refused(r#"refuses = "touch x""#, "invalid type");
        refused("refuses = [1]", "invalid type");
    }
}

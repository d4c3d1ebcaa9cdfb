//! `check.refuses`: this command, run in the image, does not succeed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, asks_for_something};
use crate::{
    check::{
        case::{Case, known},
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{Copied, FinalImage},
};

/// The command's words.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
            return Outcome::cannot_check(say!("`{line}` was not executed"; line));
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
            let failure = Failure::new(
                say!("`{line}` refused in the working directory"; line),
                say!("it succeeds: the container's user can write there"),
            );
            let is_root = case
                .image()
                .is_ok_and(|image| matches!(image.config.user.split(':').next(), None | Some("" | "0" | "root")));
            match case.planned {
                Some(_) if is_root => failure
                    .why(say!("The container runs as root, and root can write everywhere."))
                    .cause("root", say!("Set USER to a user without write access to these files.")),
                Some(planned) => self.given_by(case, planned, failure),
                None => failure.plain("unseen"),
            }
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Command(self.0.clone())]
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("refuses", &self.0)
    }
}

impl Refuses {
    /// Which instruction gave the permission.
    fn given_by(&self, case: &Case<'_>, planned: &FinalImage<'_>, failure: Failure) -> Failure {
        let file = self.0.last().map_or("", String::as_str);
        // A file that COPY brings has the owner that COPY gives it; a new one needs the right to write in the folder.
        let is_copied = case.evidence.context.sent.iter().any(|sent| sent == file);
        let workdir = planned.workdir.trim_end_matches('/');
        let user_line = planned.user.as_ref().map(|user| user.line);
        let names_it = |words: &[&str]| {
            words.iter().any(|word| {
                let word = word.trim_end_matches('/');
                matches!(word, "." | "./" | "*")
                    || (word.starts_with('/')
                        && (workdir == word || workdir.starts_with(&format!("{word}/")) || word.starts_with(workdir)))
                    || word.contains(['~', '$'])
            })
        };
        let change = case
            .commands()
            .filter(|command| {
                command
                    .program()
                    .is_some_and(|program| matches!(program, "chmod" | "chown" | "chgrp" | "install" | "setfacl"))
            })
            .filter(|command| names_it(&command.arguments().collect::<Vec<_>>()) || is_copied)
            .last();
        let copy = planned.copies.iter().rev().find(|copy| {
            copy.flags
                .iter()
                .any(|flag| matches!(flag.name.as_str(), "chown" | "chmod"))
        });
        let below = planned
            .workdir_line
            .filter(|line| user_line.is_some_and(|user| *line > user));
        let by_copy = |failure: Failure, copy: &Copied| {
            let line = copy.line;
            let flag = if copy.flags.iter().any(|flag| flag.name == "chown") {
                "--chown"
            } else {
                "--chmod"
            };
            failure
                .at(case.line(line))
                .why(say!("COPY makes root the owner of the files, even after USER. Only `{flag}` changes that."; flag))
                .cause("by-copy", say!("Remove `{flag}` from COPY on line {line}."; flag, line))
        };
        if let (true, Some(copy)) = (is_copied, copy) {
            return by_copy(failure, copy);
        }
        if let Some(command) = change {
            let (line, program) = (command.line, command.program().unwrap_or_default().to_owned());
            return failure
                .at(case.line(line))
                .why(say!("A folder's owner can create and delete files in it, and so can everyone to whom its mode gives write access."))
                .cause("by-command", say!("Remove the `{program}` on line {line}, or exclude the working directory from it."; program, line));
        }
        match (below, copy) {
            (Some(line), _) if !is_copied => {
                let user = user_line.unwrap_or_default();
                failure
                    .at(case.line(line))
                    .why(say!("With BuildKit, WORKDIR creates a missing folder for the user set by the USER above it, who then owns it."))
                    .cause("below-user", say!("Move WORKDIR from line {line} above USER on line {user}."; line, user))
            }
            (_, Some(copy)) => by_copy(failure, copy),
            _ => failure.plain("unseen"),
        }
    }
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
    fn what_gives_the_permission_is_named() {
        ending(0).fails_by(TOUCH, "root");
        let main = r#"refuses = ["touch", "app/main.py"]"#;
        let of = |lines: &str, check: &str| {
            let file = if check == main { "touch app/main.py" } else { "touch x" };
            Sample::of(&format!("FROM b\n{lines}\n"))
                .sent(&["app/main.py"])
                .image(|image| image.config.user = "10000".to_owned())
                .command(file, 0, "")
        };
        for (lines, check, cause, line) in [
            ("USER 1\nWORKDIR /home/r/s\nCOPY --chown=1 . .", TOUCH, "below-user", 3),
            ("USER 1\nWORKDIR /home/r/s\nCOPY --chown=1 . .", main, "by-copy", 4),
            ("WORKDIR /s\nRUN chown 1 /s\nUSER 1", TOUCH, "by-command", 3),
            ("WORKDIR /s\nRUN chmod -R a+w /s/app\nUSER 1", main, "by-command", 3),
            ("COPY --chmod=777 . /s\nWORKDIR /s\nUSER 1", TOUCH, "by-copy", 2),
        ] {
            of(lines, check)
                .fails_by(check, cause)
                .fails_at(check, "it succeeds", line);
        }
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

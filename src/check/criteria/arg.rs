//! `check.arg`: a build argument is declared in the stage that uses it.

use serde::Deserialize;

use super::{
    Judge,
    spelling::{Manager, installs, listed},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    dockerfile::{self, ArgVar, FinalImage},
};

/// The argument and the defaults that are right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Arg {
    name: String,
    any_of: Vec<String>,
    /// The installs that need it, so that it must stand above the first of them.
    #[serde(default)]
    above: Option<Manager>,
}

impl Arg {
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
        let expected = format!(
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
            let global = planned.args.iter().find(|arg| arg.name == self.name);
            let env = planned.env.iter().find(|env| env.name == self.name);
            let (found, line) = match (global, env) {
                (Some(arg), _) => (
                    "it is declared before FROM, where the RUNs below do not see it",
                    Some(arg.line),
                ),
                (None, Some(env)) => ("it is set with ENV, which stays in the image", Some(env.line)),
                (None, None) => match self.misspelled(planned) {
                    Some(arg) => ("it is misspelled", Some(arg.line)),
                    None => ("there is no such ARG", None),
                },
            };
            return Outcome::Fail(Failure::new(expected, found).at(line.and_then(|line| case.line(line))));
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
        if let (Some(first), false) = (first_install, declarations.any(|arg| in_time(arg.line))) {
            return Outcome::Fail(
                Failure::new(
                    expected,
                    format!("it is declared below the install on line {first}, which does not see it"),
                )
                .at(case.line(declared.line)),
            );
        }
        let default = declared.default.as_deref().unwrap_or("");
        Outcome::pass_if(self.any_of.iter().any(|wanted| wanted == default), || {
            let found = if default.is_empty() {
                "it has no default".to_owned()
            } else {
                format!("its default is `{default}`")
            };
            Failure::new(expected, found).at(case.line(declared.line))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    const ARG: &str = r#"arg = { name = "A", any-of = ["x"], above = "apt" }"#;

    #[test]
    fn an_argument_counts_where_the_installs_see_it() {
        for text in [
            "ARG A=x",
            "ARG A='x' B=y",
            "arg A=\"x\"",
            "ARG B\nARG A=x\nRUN apt-get install -y a",
        ] {
            Sample::of(&format!("FROM b\n{text}\n")).passes(ARG);
        }
        Sample::of("ARG A=x\nFROM b\nARG A\n").passes(ARG);
        Sample::of("ARG A=x\nFROM b\n").fails_at(ARG, "before FROM", 1);
        Sample::of("FROM b\nENV A=x\n").fails_at(ARG, "ENV", 2);
        Sample::of("FROM b\nARG A\n").fails_at(ARG, "no default", 2);
        Sample::of("FROM b\nARG A=y\n").fails_at(ARG, "`y`", 2);
        Sample::of("FROM b\nRUN apt install a\nARG A=x\n").fails_at(ARG, "below the install on line 2", 3);
        Sample::of("FROM b\nRUN pip install a\nARG A=x\n").passes(ARG);
        Sample::of("FROM b\n").fails(ARG, "no such ARG");
        assert!(is_refused(r#"arg = { name = "A", any-of = [], above = "dnf" }"#));
    }
}

//! `check.instruction`: the Dockerfile has so many instructions of this name.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Text,
    judge::{Judge, names_instruction},
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome, Place},
    },
    dockerfile,
};

/// The instruction, how many there may be, and what they must hold.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Instruction {
    name: String,
    #[serde(default = "one")]
    at_least: usize,
    #[serde(default)]
    at_most: Option<usize>,
    #[serde(default)]
    matches: Option<Text>,
    /// Regular expressions for its flags, each as `--name=value`: one flag at least must match each of them.
    #[serde(default)]
    flags: Vec<Text>,
    /// Whether the instructions of all stages count, those that the final one only copies from included.
    #[serde(default)]
    any_stage: bool,
    /// What is shown as expected; without it, the name and what it must hold.
    #[serde(default)]
    expected: Option<String>,
    /// Another instruction, above whose first one it must stand.
    #[serde(default)]
    above: Option<String>,
}

/// A flag as it is written, without quotes.
fn written(flag: &dockerfile::Flag) -> String {
    match &flag.value {
        Some(value) => format!("--{}={value}", flag.name),
        None => format!("--{}", flag.name),
    }
}

fn one() -> usize {
    1
}

impl Judge for Instruction {
    const WITHOUT_IMAGE: bool = true;

    fn judge(&self, case: &Case<'_>) -> Outcome {
        let planned = match case.planned() {
            Ok(planned) => planned,
            Err(outcome) => return outcome,
        };
        let lines = self.lines(case);
        let name = self.name.to_uppercase();
        let held: Vec<&str> = self.matches.iter().chain(&self.flags).map(Text::as_str).collect();
        let what = if held.is_empty() {
            name
        } else {
            say!("{name} with `{}`", held.join("`, `"); name)
        };
        let or_as_written = |counted: String| self.expected.clone().unwrap_or(counted);
        let number = |count: usize| if count == 1 { "1".to_owned() } else { count.to_string() };
        if lines.len() < self.at_least {
            let found = if lines.is_empty() {
                say!("there is none").to_owned()
            } else {
                say!("there is {}", lines.len())
            };
            let expected = or_as_written(say!("at least {} {what}", number(self.at_least); what));
            return Outcome::Fail(Failure::new(expected, found));
        }
        if let Some(most) = self.at_most
            && let Some(surplus) = lines.get(most)
        {
            let expected = if most == 0 {
                say!("no {what}"; what)
            } else {
                say!("at most {} {what}", number(most); what)
            };
            let expected = or_as_written(expected);
            return Outcome::Fail(Failure::new(expected, say!("there are {}", lines.len())).at(case.line(*surplus)));
        }
        let (Some(above), Some(first)) = (&self.above, lines.first()) else {
            return Outcome::Pass;
        };
        let other = planned
            .instructions
            .iter()
            .find(|other| other.name.eq_ignore_ascii_case(above));
        match other {
            Some(other) if other.start_line < *first => Outcome::Fail(
                Failure::new(
                    or_as_written(say!("{what} above the first {}", above.to_uppercase(); what)),
                    say!("it is below the one on line {}", other.start_line),
                )
                .at(case.line(*first)),
            ),
            _ => Outcome::Pass,
        }
    }

    fn probes(&self) -> Vec<Probe> {
        vec![]
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = names_instruction("name", &self.name);
        if let Some(above) = &self.above {
            mistakes.extend(names_instruction("above", above));
        }
        if let Some(most) = self.at_most.filter(|most| *most < self.at_least) {
            mistakes.push(say!("`at-most` is {most}, less than `at-least`, which is {}", self.at_least; most));
        }
        if self.at_least == 0 && self.at_most.is_none() {
            mistakes.push(say!("`at-least` is 0 and there is no `at-most`, so nothing is checked").to_owned());
        }
        mistakes
    }

    fn met_at(&self, case: &Case<'_>) -> Option<Place> {
        case.line(*self.lines(case).first()?)
    }
}

impl Instruction {
    /// The lines of the instructions that count.
    fn lines(&self, case: &Case<'_>) -> Vec<u32> {
        let instructions: Vec<&dockerfile::Instruction> = match case.dockerfile {
            Some(dockerfile) if self.any_stage => dockerfile.instructions.iter().collect(),
            _ => case
                .planned
                .map_or_else(Vec::new, |planned| planned.instructions.clone()),
        };
        instructions
            .into_iter()
            .filter(|instruction| self.counts(instruction))
            .map(|instruction| instruction.start_line)
            .collect()
    }

    /// Whether an instruction counts.
    fn counts(&self, instruction: &dockerfile::Instruction) -> bool {
        let holds = |matches: &Text| {
            let mut documents = instruction.heredocs.iter();
            matches.is_in(&instruction.text) || documents.any(|document| matches.is_in(&document.body))
        };
        let flags: Vec<String> = instruction.flags.iter().map(written).collect();
        instruction.name.eq_ignore_ascii_case(&self.name)
            && self.matches.as_ref().is_none_or(holds)
            && self
                .flags
                .iter()
                .all(|wanted| flags.iter().any(|flag| wanted.is_in(flag)))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    #[test]
    fn instructions_are_counted_and_ordered() {
        let sample = Sample::of("FROM a\nhealthcheck CMD curl localhost\nRUN x\nRUN y\n");
        sample
            .passes(r#"instruction = { name = "HEALTHCHECK" }"#)
            .passes(r#"instruction = { name = "HEALTHCHECK", matches = "curl", above = "RUN" }"#)
            .fails(r#"instruction = { name = "VOLUME" }"#, "there is none")
            .fails_at(r#"instruction = { name = "RUN", at-most = 1 }"#, "there are 2", 4)
            .fails_at(
                r#"instruction = { name = "RUN", above = "HEALTHCHECK" }"#,
                "below the one on line 2",
                3,
            )
            .fails_at(
                r#"instruction = { name = "HEALTHCHECK", at-least = 0, at-most = 0 }"#,
                "there are 1",
                2,
            );
        refused(r#"instruction = { name = "RUN", matches = "(" }"#, "");
        refused(r#"instruction = { name = "RUN", flags = ["("] }"#, "");
    }

    #[test]
    fn flags_documents_and_other_stages_are_seen() {
        let sample = Sample::of(
            "FROM a AS deps\nRUN --network=none --mount=type=cache,target=/c \\\n    make\nFROM b\nRUN <<E\nmake install\nE\n",
        );
        sample
            .passes(r#"instruction = { name = "RUN", matches = "make install" }"#)
            .fails(r#"instruction = { name = "RUN", flags = ["mount"] }"#, "there is none")
            .passes(r#"instruction = { name = "RUN", flags = ["^--mount=.*type=cache", "=none$"], any-stage = true }"#)
            .passes(r#"instruction = { name = "RUN", flags = ["target=/c"], matches = "make$", any-stage = true }"#)
            .fails(
                r#"instruction = { name = "RUN", flags = ["target=/d"], any-stage = true }"#,
                "there is none",
            )
            .fails_at(
                r#"instruction = { name = "RUN", flags = ["cache"], any-stage = true, at-least = 0, at-most = 0 }"#,
                "there are 1",
                2,
            );
    }

    #[test]
    fn what_is_expected_is_shown_as_the_author_says_it() {
        let outcome = |check: &str| format!("{:?}", Sample::of("FROM b\nRUN x\n").outcome(check));
        let said = r#"expected = "a RUN that makes it" }"#;
        let few = outcome(&format!(r#"instruction = {{ name = "RUN", matches = "y", {said}"#));
        let many = outcome(&format!(
            r#"instruction = {{ name = "RUN", at-least = 0, at-most = 0, {said}"#
        ));
        assert!(
            few.contains("a RUN that makes it") && many.contains("a RUN that makes it"),
            "{few} {many}"
        );
    }
}

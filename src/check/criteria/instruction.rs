//! `check.instruction`: the Dockerfile has so many instructions of this name.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Text,
    judge::{Judge, names_instruction},
};
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome, Place},
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
    /// Another instruction, above whose first one it must stand.
    #[serde(default)]
    above: Option<String>,
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
        let what = match &self.matches {
            Some(matches) => say!("{name} with `{}`", matches.as_str(); name),
            None => name,
        };
        let number = |count: usize| if count == 1 { "1".to_owned() } else { count.to_string() };
        if lines.len() < self.at_least {
            let found = if lines.is_empty() {
                say!("there is none").to_owned()
            } else {
                say!("there is {}", lines.len())
            };
            return Outcome::Fail(Failure::new(
                say!("at least {} {what}", number(self.at_least); what),
                found,
            ));
        }
        if let Some(most) = self.at_most
            && let Some(surplus) = lines.get(most)
        {
            let expected = if most == 0 {
                say!("no {what}"; what)
            } else {
                say!("at most {} {what}", number(most); what)
            };
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
                    say!("{what} above the first {}", above.to_uppercase(); what),
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
        case.planned
            .iter()
            .flat_map(|planned| &planned.instructions)
            .filter(|instruction| instruction.name.eq_ignore_ascii_case(&self.name))
            .filter(|instruction| {
                self.matches
                    .as_ref()
                    .is_none_or(|matches| matches.is_in(&instruction.text))
            })
            .map(|instruction| instruction.start_line)
            .collect()
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
    }
}

//! `check.at-most`: the final stage has at most so many instructions.

use serde::Deserialize;

use super::judge::Judge;
use crate::check::{
    case::Case,
    probe::Probe,
    verdict::{Failure, Outcome},
};

/// How many instructions are right.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct AtMost(usize);

impl Judge for AtMost {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let planned = match case.planned() {
            Ok(planned) => planned,
            Err(outcome) => return outcome,
        };
        let (most, found) = (self.0, planned.instructions.len());
        Outcome::pass_if(found <= most, || {
            Failure::new(
                say!("at most {most} instructions"; most),
                say!("there are {found}"; found),
            )
            .cause("too-many", say!("Join instructions until there are {most}."; most))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::Sample;

    #[test]
    fn one_too_many_fails() {
        Sample::of("FROM x\nUSER y\n").passes("at-most = 1");
        Sample::of("FROM x\nUSER y\nWORKDIR /z\n").fails("at-most = 1", "there are 2");
    }
}

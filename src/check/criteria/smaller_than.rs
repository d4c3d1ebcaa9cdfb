//! `check.smaller-than`: the image is smaller than another task's on the same engine.

use serde::Deserialize;

use super::Judge;
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    words::size,
};

/// The id of the other task.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct SmallerThan(String);

impl SmallerThan {
    /// The id of the other task.
    pub fn task(&self) -> &str {
        &self.0
    }
}

impl Judge for SmallerThan {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return outcome,
        };
        let Some(&other) = case.evidence.other_sizes.get(&self.0) else {
            return Outcome::cannot_check(format!(
                "the image of task {} is not on this engine; `dockerlab build {}` makes it",
                self.0, self.0
            ));
        };
        Outcome::pass_if(image.size < other, || {
            Failure::new(
                format!("less than the {} of task {}'s image", size(other), self.0),
                size(image.size),
            )
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::SizeOf(self.0.clone())]
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, is_refused};

    #[test]
    fn another_tasks_image_is_the_measure() {
        let smaller = r#"smaller-than = "1""#;
        let sample = Sample::of("FROM b\n").image(|image| image.size = 10_000_000);
        sample.cannot_be_checked(smaller);
        let other = |size: u64| {
            sample.clone().with(|evidence| {
                evidence.other_sizes.insert("1".to_owned(), size);
            })
        };
        other(20_000_000).passes(smaller);
        other(10_000_000).fails(smaller, "10.0 MB");
        assert!(is_refused("smaller-than = 1"));
    }
}

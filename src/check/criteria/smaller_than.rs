//! `check.smaller-than`: the image is smaller than another task's on the same engine.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    judge::{Judge, says_something},
    too_large::too_large,
};
use crate::{
    check::{case::Case, probe::Probe, verdict::Outcome},
    quantity::size,
};

/// The id of the other task.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
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
            return Outcome::cannot_check(say!(
                "the image of task {} is not on this engine; build it with `dockerlab build {}`",
                self.0,
                self.0
            ));
        };
        Outcome::pass_if(image.size < other, || {
            let expected = say!("smaller than {}, the size of task {}'s image", size(other), self.0);
            too_large(case, image, other.saturating_sub(1), expected)
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::SizeOf(self.0.clone())]
    }

    fn mistakes(&self) -> Vec<String> {
        says_something("smaller-than", &self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    const CHECK: &str = r#"smaller-than = "3-1""#;

    fn of(bytes: u64) -> Sample {
        Sample::of("FROM x\n").image(|image| image.size = bytes)
    }

    #[test]
    fn a_byte_less_is_smaller() {
        of(999).beside("3-1", 1000).passes(CHECK).is_settled(CHECK);
    }

    #[test]
    fn the_same_size_is_not_smaller() {
        of(1000).beside("3-1", 1000).fails(CHECK, "1.00 kB");
        of(431_000_000).beside("3-1", 125_000_000).fails(CHECK, "431 MB");
    }

    #[test]
    fn without_both_images_it_cannot_be_checked() {
        of(1).beside("1", 1000).cannot_check(CHECK);
        Sample::of("FROM x\n").beside("3-1", 1000).cannot_check(CHECK);
        Sample::of("FROM x\n")
            .beside("3-1", 1000)
            .failed("exit code: 1")
            .skips(CHECK);
    }

    #[test]
    fn its_setting_is_a_task() {
        refused("smaller-than = 1", "invalid type");
        refused(r#"smaller-than = { task = "1" }"#, "invalid type");
    }
}

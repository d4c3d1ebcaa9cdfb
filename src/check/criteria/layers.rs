//! `check.layers`: the learner's Dockerfile makes no more layers than this.

use schemars::JsonSchema;
use serde::Deserialize;

use super::judge::{Judge, names_instruction};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    image::instruction_of,
};

/// How many layers there may be, and by which instructions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Layers {
    at_most: usize,
    /// Instructions whose layers are counted; all when there are none.
    #[serde(default)]
    by: Vec<String>,
}

impl Judge for Layers {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let (image, own) = match case.own_layers() {
            Ok(own) => own,
            Err(outcome) => return outcome,
        };
        let counted: Vec<usize> = image
            .layers
            .iter()
            .enumerate()
            .skip(own)
            .filter(|(_, layer)| {
                let keyword = instruction_of(&layer.created_by).keyword;
                self.by.is_empty() || self.by.iter().any(|by| by.eq_ignore_ascii_case(&keyword))
            })
            .map(|(index, _)| index)
            .collect();
        Outcome::pass_if(counted.len() <= self.at_most, || {
            let by = if self.by.is_empty() {
                String::new()
            } else {
                say!(" made by {}", self.by.join(" or "))
            };
            Failure::new(
                say!("at most {} layers{by}", self.at_most; by),
                say!("there are {}", counted.len()),
            )
            .at(counted.get(self.at_most).and_then(|layer| case.line_of_layer(*layer)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        self.by.iter().flat_map(|by| names_instruction("by", by)).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    #[test]
    fn only_the_learners_own_layers_count() {
        let sample = Sample::of("FROM b\nRUN a\nRUN b\nCOPY . .\n");
        sample.cannot_check("layers = { at-most = 1 }");
        let built = sample.layers(&["FROM b", "RUN a", "RUN b", "COPY . ."], |_| {});
        built
            .passes("layers = { at-most = 3 }")
            .fails("layers = { at-most = 2 }", "there are 3")
            .passes(r#"layers = { at-most = 2, by = ["RUN"] }"#)
            .fails_at(r#"layers = { at-most = 1, by = ["RUN"] }"#, "there are 2", 3);
        refused("layers = { most = 1 }", "unknown field");
    }
}

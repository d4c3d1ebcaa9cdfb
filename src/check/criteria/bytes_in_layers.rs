//! `check.bytes-in-layers`: the files at these paths are no larger than this, in all layers together.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Paths,
    bytes::Bytes,
    judge::{Judge, asks_for_something},
    spelling::listed,
};
use crate::{
    check::{
        case::Case,
        probe::Probe,
        verdict::{Failure, Outcome},
    },
    quantity::size,
};

/// The paths, and how many bytes there may be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BytesInLayers {
    paths: Vec<Paths>,
    at_most: Bytes,
}

impl Judge for BytesInLayers {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let (image, own) = match case.own_layers() {
            Ok(own) => own,
            Err(outcome) => return outcome,
        };
        let mut sum = 0;
        let mut worst = None;
        for pattern in &self.paths {
            let Some(found) = image.paths.get(pattern.as_str()) else {
                return Outcome::cannot_check(say!(
                    "this evidence is older than the criterion and does not include these paths"
                ));
            };
            for layer in found.in_layers.iter().filter(|layer| layer.layer >= own) {
                sum += layer.bytes;
                worst = worst.max(Some((layer.bytes, layer.layer)));
            }
        }
        Outcome::pass_if(sum <= self.at_most.get(), || {
            let paths: Vec<String> = self
                .paths
                .iter()
                .map(|path| path.shown(&image.config.working_dir))
                .collect();
            Failure::new(
                say!(
                    "at most {} at {} in all layers",
                    size(self.at_most.get()),
                    listed(&paths, "and")
                ),
                size(sum),
            )
            .at(worst.and_then(|(_, layer)| case.line_of_layer(layer)))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        Paths::probes(&self.paths)
    }

    fn mistakes(&self) -> Vec<String> {
        asks_for_something("paths", &self.paths)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{
        evidence::PathEvidence,
        sample::{Sample, in_layer, refused},
    };

    #[test]
    fn hidden_bytes_count_too() {
        let sample = Sample::of("FROM b\nRUN a\nRUN b\n").layers(&["FROM b", "RUN a", "RUN b"], |image| {
            let found = PathEvidence {
                in_layers: vec![in_layer(1, 1, 4000, "doc/a"), in_layer(2, 1, 2000, "doc/b")],
                ..PathEvidence::default()
            };
            image.paths.insert("doc/**".to_owned(), found);
        });
        sample
            .passes(r#"bytes-in-layers = { paths = ["doc/**"], at-most = "6 kB" }"#)
            .fails_at(
                r#"bytes-in-layers = { paths = ["doc/**"], at-most = 5999 }"#,
                "6.00 kB",
                2,
            );
        refused(r#"bytes-in-layers = { paths = [], at-most = "many" }"#, "is not a size");
    }
}

//! `check.image-size`: the image is no larger than this.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{bytes::Bytes, judge::Judge, too_large::too_large};
use crate::{
    check::{case::Case, probe::Probe, verdict::Outcome},
    quantity::size,
};

/// How large the image may be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ImageSize {
    /// Bytes, or a number with its unit: "50 MB".
    at_most: Bytes,
}

impl Judge for ImageSize {
    fn judge(&self, case: &Case<'_>) -> Outcome {
        let image = match case.image() {
            Ok(image) => image,
            Err(outcome) => return outcome,
        };
        Outcome::pass_if(image.size <= self.at_most.get(), || {
            let most = size(self.at_most.get());
            too_large(case, image, self.at_most.get(), say!("at most {most}"; most))
        })
    }

    fn probes(&self) -> Vec<Probe> {
        vec![Probe::Image]
    }

    fn mistakes(&self) -> Vec<String> {
        let none = say!("`at-most` is 0 bytes, and no image is that small").to_owned();
        if self.at_most.get() == 0 {
            vec![none]
        } else {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::sample::{Sample, refused};

    #[test]
    fn an_image_may_be_as_large_as_it_says() {
        let sample = |bytes: u64| Sample::of("FROM b\n").image(|image| image.size = bytes);
        let check = "image-size = { at-most = \"50 MB\" }";
        sample(50_000_000).passes(check);
        sample(60_000_000).fails(check, "60.0 MB");
        sample(50_000_001).fails_by(check, "large");
        sample(7).fails("image-size = { at-most = 6 }", "7 B");
        Sample::of("FROM b\n").cannot_check(check);
        refused("image-size = { at-most = \"50 miles\" }", "is not a size");
    }

    #[test]
    fn a_base_image_that_is_too_large_by_itself_is_named() {
        Sample::of("FROM b\nRUN small\n")
            .layers(&["base", "RUN /bin/sh -c small"], |image| {
                image.size = 100;
                let count = image.layers.len();
                image.layers[count - 1].bytes = 10;
            })
            .fails_by("image-size = { at-most = 89 }", "large-base")
            .fails_by("image-size = { at-most = 90 }", "large-layer");
    }

    #[test]
    fn the_largest_line_is_named() {
        Sample::of("FROM b\nRUN small\nRUN large\n")
            .layers(&["RUN /bin/sh -c small", "RUN /bin/sh -c large"], |image| {
                image.size = 100;
                let count = image.layers.len();
                image.layers[count - 2].bytes = 10;
                image.layers[count - 1].bytes = 80;
            })
            .fails_at("image-size = { at-most = 50 }", "100", 3);
    }
}

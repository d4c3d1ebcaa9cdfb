//! An image that is larger than it may be.

use crate::{
    check::{case::Case, evidence::ImageEvidence, verdict::Failure},
    quantity::size,
};

/// The failure of an image that is larger than `most`: it points at FROM where the base image alone is, otherwise at the
/// line that adds the most.
pub(super) fn too_large(case: &Case<'_>, image: &ImageEvidence, most: u64, expected: String) -> Failure {
    let failure = Failure::new(expected, size(image.size));
    let base_layers = image.base.as_ref().and_then(|base| base.layers);
    if let (Some(planned), Some(layers)) = (case.planned, base_layers) {
        let own: u64 = image.layers.iter().skip(layers).map(|layer| layer.bytes).sum();
        let brought = image.size.saturating_sub(own);
        if brought > most {
            let (base, line, bytes) = (&planned.base.value, planned.base.line, size(brought));
            return failure.at(case.line(line)).cause(
                "large-base",
                say!("Choose a smaller base image on line {line}: `{base}` alone is {bytes}."; line, base, bytes),
            );
        }
    }
    match case.largest_own_layer(image) {
        Some((place, bytes)) => {
            let (line, bytes) = (place.line, size(bytes));
            failure.at(Some(place)).cause(
                "large-layer",
                say!("Make line {line} smaller: it adds {bytes}, more than any of your other lines."; line, bytes),
            )
        }
        None => failure.plain("large"),
    }
}

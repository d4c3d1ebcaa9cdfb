//! An image that is larger than it may be.

use crate::{
    check::{case::Case, evidence::ImageEvidence, verdict::Failure},
    quantity::size,
};

/// The failure of an image that is too large: it points at the line that adds the most.
pub(super) fn too_large(case: &Case<'_>, image: &ImageEvidence, expected: String) -> Failure {
    let failure = Failure::new(expected, size(image.size));
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

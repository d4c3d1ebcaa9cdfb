//! Images in every layout, right and hostile.

mod cases;
mod hostile;
pub(super) mod maker;
mod properties;
mod several;

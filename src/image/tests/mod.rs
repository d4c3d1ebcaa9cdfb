//! Images in every layout, right and hostile.

mod cases;
mod hostile;
mod maker;
mod properties;

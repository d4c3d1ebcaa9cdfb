//! The grades of a class, one file a format.

mod cell;
mod csv;
mod json;
mod table;

pub use csv::csv;
pub use json::json;
pub use table::table;

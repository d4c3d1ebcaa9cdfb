//! The grades of a class, one file a format.

mod cell;
mod class_page;
mod classroom50;
mod csv;
mod gradescope;
mod json;
mod junit;
mod moodle;
mod prairielearn;
mod report;
mod table;

pub use class_page::class_page;
pub use classroom50::{Identity, classroom50};
pub use csv::csv;
pub use gradescope::gradescope;
pub use json::json;
pub use junit::junit;
pub use moodle::moodle;
pub use prairielearn::prairielearn;
pub use report::{report_html, report_markdown};
pub use table::table;

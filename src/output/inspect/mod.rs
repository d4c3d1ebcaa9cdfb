//! What an image is made of, as text, JSON and a page.

mod ci;
mod compare;
mod html;
mod json;
mod like_dive;
mod report;
mod table;
mod waste;

pub use ci::ruled;
pub use compare::{compared, compared_json};
pub use html::{PAGE_MARK, page};
pub use json::inspected_json;
pub use like_dive::like_dive;
pub use report::Inspected;
pub use table::inspected;

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum InspectFormat {
    /// For reading
    Human,
    /// For programs
    Json,
    /// Show the figures of dive, counted as dive 0.13.1 does
    Dive,
}

//! An image as one page.

use std::io::{Result, Write};

use crate::{image::Image, output::inspect::Inspected};

/// What tells a page of ours.
pub const PAGE_MARK: &[u8] = b"dockerlab/inspect-page";

/// Writes the page.
pub fn page(out: &mut dyn Write, _found: &Inspected, _image: &Image) -> Result<()> {
    writeln!(out)
}

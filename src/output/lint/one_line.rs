//! A JSON value on a line of its own.

use std::io::{Result, Write};

use serde_json::Value;

/// Writes a value and ends the line.
pub(super) fn one_line(out: &mut dyn Write, value: &Value) -> Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    writeln!(out)
}

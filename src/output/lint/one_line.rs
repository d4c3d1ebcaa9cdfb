//! A JSON value on a line of its own.

use std::io::{Result, Write};

use serde_json::Value;

use crate::clean;

/// Writes a value and ends the line.
pub(super) fn one_line(out: &mut dyn Write, value: &Value) -> Result<()> {
    write!(out, "{}", clean::json(&serde_json::to_string(value)?))?;
    writeln!(out)
}

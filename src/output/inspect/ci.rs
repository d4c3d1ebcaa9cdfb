//! What came of limits.

use std::io::{Result, Write};

use crate::{
    image::CiResult,
    output::{Style, inspect::report::clean},
    quantity,
};

/// Writes each limit's outcome and one line for all.
pub fn ruled(out: &mut dyn Write, ruled: &[CiResult], style: Style) -> Result<()> {
    for rule in ruled {
        let Some(found) = rule.found else {
            writeln!(out, "  {}  {}", style.dim(say!("OFF   ")), rule.key)?;
            continue;
        };
        let word = if rule.passed {
            style.good(say!("PASS  "))
        } else {
            style.fail(say!("FAIL  "))
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of bytes as a float"
        )]
        let figure = if rule.bytes {
            quantity::size(found as u64)
        } else {
            format!("{found:.4}")
        };
        let side = if rule.key.starts_with("lowest") {
            say!("at least")
        } else {
            say!("at most")
        };
        writeln!(out, "  {word}  {}: {figure}, {side} {}", rule.key, clean(&rule.limit))?;
    }
    let failed = ruled.iter().filter(|rule| !rule.passed).count();
    if failed == 0 {
        writeln!(out, "{}", style.good(say!("The image is within its limits.")))
    } else {
        writeln!(
            out,
            "{}",
            style.fail(say!("The image exceeds {}.", quantity::count(failed, "limit")))
        )
    }
}

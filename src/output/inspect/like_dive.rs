//! dive's figures, told as dive counts them.

use std::io::{Result, Write};

use crate::{
    image::LikeDive,
    output::{Style, inspect::report::clean},
    quantity,
};

/// Writes dive's figures and its list of files that were seen more than once.
pub fn like_dive(out: &mut dyn Write, like: &LikeDive, all: bool, style: Style) -> Result<()> {
    writeln!(out, "{}", style.head(say!("As dive 0.13.1 counts")))?;
    writeln!(out, "  {}", say!("efficiency         {}", like.efficiency()))?;
    writeln!(
        out,
        "  {}",
        say!(
            "wastedBytes        {} ({})",
            like.wasted_bytes,
            quantity::size(like.wasted_bytes)
        )
    )?;
    match like.user_wasted_percent() {
        Some(part) => writeln!(out, "  userWastedPercent  {part} ({:.2} %)", part * 100.0)?,
        None => writeln!(out, "  {}", say!("userWastedPercent  none: there is only one layer"))?,
    }
    let shown = if all { like.files.len() } else { 20 };
    if !like.files.is_empty() {
        writeln!(out)?;
        writeln!(out, "{}", style.dim(say!("  COUNT      BYTES  FILE")))?;
    }
    for file in like.files.iter().take(shown) {
        writeln!(
            out,
            "  {:>5}  {:>9}  {}",
            file.count,
            quantity::size(file.bytes),
            clean(&file.file)
        )?;
    }
    let rest = like.file_count.saturating_sub(shown.min(like.files.len()) as u64);
    if rest > 0 {
        writeln!(out, "  {}", style.dim(say!("and {rest} more"; rest)))?;
    }
    writeln!(
        out,
        "{}",
        style.dim(say!(
            "dive counts every copy as waste, including the one in use, and does not count removed folders. Compare with `dockerlab inspect`."
        ))
    )
}

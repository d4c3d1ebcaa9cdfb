//! Two images beside each other, as text and JSON.

use std::io::{Result, Write};

use crate::{
    image::Comparison,
    output::{
        Style,
        inspect::report::{Inspected, clean, cut, percent},
    },
    quantity,
};

/// Writes how two images differ.
pub fn compared(
    out: &mut dyn Write,
    first: &Inspected,
    second: &Inspected,
    comparison: &Comparison,
    columns: usize,
    style: Style,
) -> Result<()> {
    let names = [clean(&first.name), clean(&second.name)];
    let width = names
        .iter()
        .map(|name| console::measure_text_width(name))
        .max()
        .unwrap_or(0)
        .min(40);
    let largest = first.analysis.stored.max(second.analysis.stored).max(1);
    for (name, found) in names.iter().zip([first, second]) {
        let bar = usize::try_from(found.analysis.stored.saturating_mul(24) / largest).unwrap_or(0);
        let name = cut(name, width);
        let pad = " ".repeat(width.saturating_sub(console::measure_text_width(&name)));
        writeln!(
            out,
            "  {}{pad}  {:>8}  {:<24}  {} hidden",
            style.head(&name),
            quantity::size(found.analysis.stored),
            "#".repeat(bar),
            quantity::size(found.analysis.hidden)
        )?;
    }
    writeln!(out)?;
    if !comparison.folders.is_empty() {
        writeln!(out, "{}", style.dim(say!("     FIRST    SECOND     CHANGE  FOLDER")))?;
    }
    for folder in comparison.folders.iter().take(15) {
        let by = quantity::size(folder.before.abs_diff(folder.after));
        let change = if folder.after > folder.before {
            style.care(format!("{:>9}", format!("+{by}")))
        } else {
            style.good(format!("{:>9}", format!("-{by}")))
        };
        let size = |bytes: u64| {
            if bytes == 0 {
                "-".to_owned()
            } else {
                quantity::size(bytes)
            }
        };
        let path = cut(&format!("/{}", clean(&folder.path)), columns.saturating_sub(34));
        writeln!(
            out,
            "  {:>8}  {:>8}  {change}  {path}",
            size(folder.before),
            size(folder.after)
        )?;
    }
    writeln!(out)?;
    let (before, after) = (first.analysis.stored, second.analysis.stored);
    let shared = match comparison.shared_layers {
        0 => say!("they have no layer in common").to_owned(),
        1 => say!("they have the first layer in common").to_owned(),
        count => say!("they have the first {} in common", quantity::count(count, "layer")),
    };
    let verdict = match before.cmp(&after) {
        std::cmp::Ordering::Equal => say!("Both have the same size").to_owned(),
        std::cmp::Ordering::Greater => say!(
            "The second is {} smaller ({} of the first)",
            quantity::size(before - after),
            percent(after, before)
        ),
        std::cmp::Ordering::Less => say!(
            "The second is {} larger ({} of the first)",
            quantity::size(after - before),
            percent(after, before)
        ),
    };
    writeln!(out, "{verdict}; {shared}.")
}

/// Writes how two images differ as JSON.
pub fn compared_json(
    out: &mut dyn Write,
    first: &Inspected,
    second: &Inspected,
    comparison: &Comparison,
) -> Result<()> {
    let side = |found: &Inspected| {
        serde_json::json!({
            "image": found.name,
            "image-id": found.id,
            "bytes": found.analysis.stored,
            "hidden-bytes": found.analysis.hidden,
            "layers": found.analysis.layers.len(),
        })
    };
    let document = serde_json::json!({
        "schema": "dockerlab/compare/1",
        "first": side(first),
        "second": side(second),
        "shared-layers": comparison.shared_layers,
        "folders": comparison.folders,
    });
    write!(out, "{}", crate::clean::json(&serde_json::to_string_pretty(&document)?))?;
    writeln!(out)
}

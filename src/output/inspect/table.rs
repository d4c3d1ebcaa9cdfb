//! An image's layers as a table, its waste in words, and one line of verdict.

use std::io::{Result, Write};

use crate::{
    output::{
        Style,
        inspect::{
            report::{Inspected, clean, cut, percent},
            waste,
        },
        wrapped,
    },
    quantity,
};

/// Columns of a bar.
const BAR: u64 = 12;

/// Writes what an image is made of; with `all`, everything that is wasted.
pub fn inspected(out: &mut dyn Write, found: &Inspected, all: bool, columns: usize, style: Style) -> Result<()> {
    let analysis = &found.analysis;
    writeln!(
        out,
        "{}",
        say!(
            "{}  {} in {}, {}",
            style.head(clean(&found.name)),
            quantity::size(analysis.stored),
            quantity::count(analysis.layers.len(), "layer"),
            clean(&analysis.platform)
        )
    )?;
    if let Some(name) = &found.dockerfile {
        writeln!(out, "{}", style.dim(say!("lines are those of {}", clean(name))))?;
    }
    writeln!(out)?;
    let has_steps = found.steps.iter().any(Option::is_some);
    let steps_head = if has_steps { say!("     BUILT") } else { "" };
    let head = format!(
        "  {:>2}  {:>8}  {:<12}  {:>8}{steps_head}  {}",
        "#",
        say!("SIZE"),
        "",
        say!("HIDDEN"),
        say!("MADE BY")
    );
    writeln!(out, "{}", style.dim(head))?;
    let largest = analysis.largest_layer();
    for (index, layer) in analysis.layers.iter().enumerate() {
        let bar = bar(layer.bytes, layer.hidden, largest);
        let hidden = if layer.hidden == 0 {
            format!("{:>8}", "")
        } else {
            style.care(format!("{:>8}", quantity::size(layer.hidden)))
        };
        let steps = match found.steps.get(index).copied().flatten() {
            Some((0.0, true)) => format!("  {:>8}", say!("cached")),
            Some((seconds, _)) => format!("  {:>8}", quantity::seconds(seconds)),
            None if has_steps => format!("  {:>8}", ""),
            None => String::new(),
        };
        let used = if has_steps { 50 } else { 40 };
        let made_by = match found.lines.get(index).copied().flatten() {
            Some(line) => format!(":{line} {}", found.instruction(index)),
            None => found.instruction(index),
        };
        let made_by = cut(&made_by, columns.min(140).saturating_sub(used).max(20));
        let shown = if found.is_base(index) {
            style.dim(made_by)
        } else {
            made_by
        };
        writeln!(
            out,
            "  {:>2}  {:>8}  {bar}  {hidden}{steps}  {shown}",
            index + 1,
            quantity::size(layer.bytes)
        )?;
    }
    writeln!(out)?;
    let shown = waste::written(out, found, all, columns, style)?;
    if analysis.refused > 0 {
        let told = say!(
            "{} with paths that lead outside the image, which no engine would unpack",
            quantity::count(usize::try_from(analysis.refused).unwrap_or(usize::MAX), "entry")
        );
        writeln!(out, "{} {told}", style.care(say!("left out:")))?;
    }
    if shown > 0 {
        writeln!(out)?;
    }
    writeln!(out, "{}", verdict(found, columns, style))
}

/// A layer's bar: `#` for what is visible, `-` for what is hidden.
fn bar(bytes: u64, hidden: u64, largest: u64) -> String {
    let columns = |bytes: u64| usize::try_from(bytes.saturating_mul(BAR) / largest.max(1)).unwrap_or(0);
    let whole = columns(bytes).max(usize::from(bytes > 0));
    let gone = if hidden == 0 { 0 } else { columns(hidden).max(1) }.min(whole);
    let text = format!("{}{}", "#".repeat(whole - gone), "-".repeat(gone));
    format!("{text:<12}")
}

/// One line of verdict.
fn verdict(found: &Inspected, columns: usize, style: Style) -> String {
    let analysis = &found.analysis;
    let wasted = analysis.wasted();
    let line = |word: String, text: String| wrapped(&format!("{word} {text}"), columns.min(120), "  ");
    if wasted == 0 {
        return line(
            style.good(say!("Lean:")),
            say!("every stored byte is visible, and no known waste was found.").to_owned(),
        );
    }
    let hidden = match analysis.hidden {
        0 => say!("none of it hidden").to_owned(),
        hidden => say!("{} hidden by later layers", quantity::size(hidden)),
    };
    let own: u64 = analysis
        .waste
        .iter()
        .filter(|waste| !found.is_base(waste.written) || waste.hidden.is_some_and(|by| !found.is_base(by)))
        .map(|waste| waste.bytes)
        .sum();
    let share = match found.base {
        Some(_) if own == 0 => say!("; all of it comes from the base image, none from your lines").to_owned(),
        Some(_) if own < wasted => say!("; {} of it comes from your lines", quantity::size(own)),
        _ => String::new(),
    };
    let text = say!("{} of {} ({}) is wasted, {hidden}{share}.", quantity::size(wasted), quantity::size(analysis.stored), percent(wasted, analysis.stored); hidden, share);
    // A hundredth is noise; a tenth is worth a rebuild.
    let own = if found.base.is_some() { own } else { wasted };
    if own.saturating_mul(100) <= analysis.stored {
        line(style.good(say!("Lean:")), text)
    } else if own.saturating_mul(10) <= analysis.stored {
        line(style.care(say!("Some waste:")), text)
    } else {
        line(style.fail(say!("Wasteful:")), text)
    }
}

//! Why bytes are wasted, and what to write instead.

use std::io::{Result, Write};

use crate::{
    image::{Cause, Topic, Waste, instruction_of},
    output::{
        Style,
        inspect::report::{Inspected, clean, cut, percent},
        wrapped,
    },
    quantity,
};

/// How many reasons are told unless all are asked for.
const SHOWN: usize = 6;

/// Waste in words.
pub(super) struct Explanation {
    /// What it is: "apt's package lists, 12 files below /var/lib/apt/lists".
    pub(super) what: String,
    /// Who wrote it and who hid it.
    pub(super) why: String,
    /// What to write instead.
    pub(super) fix: String,
}

/// Writes the largest reasons; returns how many.
pub(super) fn written(
    out: &mut dyn Write,
    found: &Inspected,
    all: bool,
    columns: usize,
    style: Style,
) -> Result<usize> {
    let columns = columns.min(120);
    // Your own first: a base image's waste is not yours to remove.
    let (own, base): (Vec<&Waste>, Vec<&Waste>) = found.analysis.waste.iter().partition(|waste| is_own(found, waste));
    let least = if all { 0 } else { found.analysis.stored / 10_000 };
    let worth: Vec<&Waste> = own.iter().copied().filter(|waste| waste.bytes >= least).collect();
    let shown = if all { worth.len() } else { worth.len().min(SHOWN) };
    for waste in worth.iter().take(shown) {
        let told = tell(found, waste);
        let head = format!("{:>10}  ", quantity::size(waste.bytes));
        writeln!(
            out,
            "{}{}",
            style.care(head),
            wrapped(&told.what, columns.saturating_sub(12), "            ")
        )?;
        for text in [told.why, format!("{} {}", style.good(say!("instead:")), told.fix)] {
            writeln!(
                out,
                "            {}",
                wrapped(&text, columns.saturating_sub(12), "            ")
            )?;
        }
        if all {
            for (path, bytes) in waste.largest.iter().filter(|_| waste.files > 1) {
                let line = format!("            {:>8}  /{}", quantity::size(*bytes), clean(path));
                writeln!(out, "{}", style.dim(cut(&line, columns)))?;
            }
        }
    }
    let rest = own.len() - shown;
    if rest > 0 {
        let bytes: u64 = own.iter().map(|waste| waste.bytes).sum::<u64>()
            - worth.iter().take(shown).map(|waste| waste.bytes).sum::<u64>();
        let line = say!("and {} more ({}): --all", rest, quantity::size(bytes));
        writeln!(out, "            {}", style.dim(line))?;
    }
    let bytes: u64 = base.iter().map(|waste| waste.bytes).sum();
    if bytes > 0 {
        let line = say!(
            "{}  in the base image itself ({} of the waste)",
            format!("{:>10}", quantity::size(bytes)),
            {
                let base: u64 = found
                    .analysis
                    .layers
                    .iter()
                    .take(found.base.unwrap_or(0))
                    .map(|layer| layer.bytes)
                    .sum();
                percent(bytes, base)
            }
        );
        writeln!(out, "{}", style.dim(line))?;
    }
    Ok(shown + usize::from(bytes > 0))
}

/// Whether a line of the learner's has a part in it.
fn is_own(found: &Inspected, waste: &Waste) -> bool {
    !found.is_base(waste.written) || waste.hidden.is_some_and(|by| !found.is_base(by))
}

/// Says in words what waste is.
pub(super) fn tell(found: &Inspected, waste: &Waste) -> Explanation {
    let place = if waste.below.is_empty() {
        "/".to_owned()
    } else {
        format!("/{}", clean(&waste.below))
    };
    let files = quantity::count(usize::try_from(waste.files).unwrap_or(usize::MAX), "file");
    let what = match (waste.topic, waste.files) {
        (Some(topic), 1) => format!("{}: {place}", topic.name()),
        (Some(topic), _) => say!("{}, {files} below {place}", topic.name(); files, place),
        (None, 1) => place,
        (None, _) => say!("{files} below {place}"; files, place),
    };
    let (one, them) = if waste.files == 1 {
        (say!("it"), say!("it is"))
    } else {
        (say!("them"), say!("they are"))
    };
    let writer = named(found, waste.written);
    let from_base = found.is_base(waste.written);
    let why = match (waste.cause, waste.hidden) {
        (Cause::Left, _) | (_, None) => say!("left in the image by {writer}"; writer),
        (Cause::Removed, Some(by)) => {
            say!("written by {writer}, removed by {}: {} still stored in the earlier layer", named(found, by), them; writer)
        }
        (Cause::Rewritten, Some(by)) if by == waste.written => {
            say!("stored more than once in one layer, by {writer}"; writer)
        }
        (Cause::Rewritten, Some(by)) => {
            say!("written by {writer}, rewritten by {}: both copies are stored", named(found, by); writer)
        }
        (Cause::Retouched, Some(by)) => {
            say!("written by {writer}, stored again by {} only because the owner or mode changed", named(found, by); writer)
        }
    };
    let fix = if from_base && waste.hidden.is_some() {
        say!("a later line cannot free what the base image contains; leave it, or use a smaller base image").to_owned()
    } else {
        fix(found, waste, one)
    };
    Explanation { what, why, fix }
}

fn fix(found: &Inspected, waste: &Waste, one: &str) -> String {
    let keyword = |layer: usize| {
        let made_by = found.analysis.layers.get(layer).map(|layer| layer.created_by.as_str());
        instruction_of(made_by.unwrap_or_default()).keyword
    };
    let is_copied = matches!(keyword(waste.written).as_str(), "COPY" | "ADD");
    let writer = found.origin(waste.written);
    match waste.cause {
        Cause::Left => waste.topic.map_or(say!("remove it"), Topic::fix).to_owned(),
        Cause::Removed if is_copied => say!("do not copy {one} at all: add {one} to .dockerignore, or copy less"; one),
        Cause::Removed => match waste.topic {
            Some(topic) => format!("{} ({writer})", topic.fix()),
            None => say!("remove {one} in the same RUN that writes {one} ({writer}), with `&& rm`"; one, writer),
        },
        Cause::Retouched if is_copied => {
            say!("set the owner and mode while copying: `COPY --chown=... --chmod=...` ({writer})"; writer)
        }
        Cause::Retouched => say!("change the owner and mode in the same RUN that writes {one} ({writer})"; one, writer),
        // Copying what an installation needs before the rest is what keeps its step cached.
        Cause::Rewritten if is_copied && waste.bytes < 1_000_000 => {
            say!("worthwhile if it keeps the step after {writer} cached; otherwise copy {one} once"; writer, one)
        }
        Cause::Rewritten if is_copied => say!("copy {one} once, in its final form"; one),
        Cause::Rewritten => match waste.hidden {
            Some(by) if by != waste.written => {
                say!("write {one} once: join {writer} and {}", found.origin(by); one, writer)
            }
            _ => say!("write {one} once"; one),
        },
    }
}

/// A layer by its line and its instruction.
fn named(found: &Inspected, layer: usize) -> String {
    if found.is_base(layer) {
        return say!("the base image").to_owned();
    }
    format!("{} ({})", found.origin(layer), cut(&found.instruction(layer), 48))
}

//! What the build cache did, in a few lines.

use std::io::{Result, Write};

use crate::{
    check::{Because, Coached},
    output::{style::Style, wrapped},
    quantity,
};

/// Writes which steps came from the cache, which ran again and what made them.
pub fn coached(out: &mut dyn Write, coached: &Coached, columns: usize, style: Style) -> Result<()> {
    let (kept, ran, seconds) = coached.sums();
    let columns = columns.min(120);
    if kept + ran == 0 {
        return Ok(());
    }
    let is_first = coached.steps.iter().any(|step| step.because == Some(Because::First));
    let head = if ran == 0 {
        say!("all {} from the cache", quantity::count(kept, "step"))
    } else if is_first {
        say!(
            "{} ran ({}), {} from the cache; the next build will be compared with this one",
            quantity::count(ran, "step"),
            quantity::seconds(seconds),
            kept
        )
    } else {
        say!("{} from the cache, {ran} ran again ({})", quantity::count(kept, "step"), quantity::seconds(seconds); ran)
    };
    writeln!(out, "{} {head}.", style.dim(say!("Cache:")))?;
    if is_first {
        return Ok(());
    }
    for step in &coached.steps {
        let Some(because) = &step.because else {
            continue;
        };
        let line = step
            .line
            .map_or(say!("line ?").to_owned(), |line| say!("line {line}"; line));
        let text = format!("{}: {}", shown(&step.name, 40), reason(because));
        let head = format!("  {line:<8} {:>8}  ", quantity::seconds(step.seconds));
        writeln!(
            out,
            "{}{}",
            style.care(&head),
            wrapped(&text, columns.saturating_sub(21), &" ".repeat(21))
        )?;
    }
    match &coached.tip {
        Some(tip) => writeln!(
            out,
            "  {} {}",
            style.good(say!("tip:")),
            wrapped(tip, columns.saturating_sub(8), "       ")
        ),
        None => Ok(()),
    }
}

fn reason(because: &Because) -> String {
    match because {
        Because::First => say!("no earlier build is known").to_owned(),
        Because::Line { line, before: None } => say!("line {line} is new"; line),
        Because::Line {
            line,
            before: Some(before),
        } => say!("line {line} changed (it was `{}`)", shown(before, 60); line),
        Because::Files { some, count } => {
            let some: Vec<String> = some.iter().map(|file| shown(file, 80)).collect();
            let rest = count - some.len();
            let more = if rest > 0 {
                say!(" and {rest} more"; rest)
            } else {
                String::new()
            };
            format!("{}{more}", some.join(", "))
        }
        Because::Before { line: Some(line) } => say!("line {line} before it ran again"; line),
        Because::Before { line: None } => say!("the step before it ran again").to_owned(),
        Because::Unknown => {
            say!("its line and its files are the same: the base image changed, or the cache was cleared or not used")
                .to_owned()
        }
    }
}

/// A text on one line without control characters, cut.
fn shown(text: &str, columns: usize) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    console::truncate_str(&text, columns, "...").into_owned()
}

//! Where the learner is.

use std::io::{Result, Write};

use serde::Serialize;

use crate::{clean, output::style::Style, quantity};

/// A task's line.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StatusLine {
    /// The task's id.
    pub task: String,
    /// Its title.
    pub title: String,
    /// "passed", "tried" or "open".
    pub standing: &'static str,
    /// How many attempts there were.
    pub attempts: usize,
    /// How many hints were shown.
    pub hints: usize,
    /// Seconds from the first attempt to the first pass, or to the last attempt where there was none.
    pub seconds: Option<u64>,
    /// Whether the reference was asked for before passing.
    pub gave_up: bool,
    /// Size of the image on the last attempt that had one, in bytes.
    pub image_size: Option<u64>,
}

/// Says that the record was changed by something else than dockerlab.
pub fn record_was_edited(out: &mut dyn Write, style: Style) -> Result<()> {
    writeln!(
        out,
        "{}",
        style.care(say!("This record was edited by hand: it is not as dockerlab wrote it."))
    )
}

/// Writes the status as a table.
pub fn status(out: &mut dyn Write, lines: &[StatusLine], style: Style) -> Result<()> {
    let largest = lines
        .iter()
        .filter_map(|line| line.image_size)
        .max()
        .unwrap_or(1)
        .max(1);
    let task = say!("TASK");
    let ids = lines.iter().map(|line| line.task.chars().count());
    let widest = ids.chain([task.chars().count()]).max().unwrap_or_default();
    let head = format!("  {task:<widest$}  {}", say!("STATE    ATTEMPTS  HINTS    TIME  IMAGE"));
    writeln!(out, "{}", style.dim(head))?;
    for line in lines {
        let word = standing(line.standing);
        let pad = " ".repeat(6usize.saturating_sub(word.chars().count()));
        let word = match line.standing {
            "passed" => style.good(word),
            "tried" => style.care(word),
            _ => style.dim(word),
        };
        let image = line.image_size.map_or(String::new(), |size| {
            let bar = usize::try_from(size.saturating_mul(20) / largest).unwrap_or(20).max(1);
            format!("{:>8}  {}", quantity::size(size), "#".repeat(bar))
        });
        let row = format!(
            "{:<widest$}  {word}{pad}   {:>8}  {:>5}  {:>6}  {image}",
            line.task,
            line.attempts,
            line.hints,
            line.seconds.map(span).unwrap_or_default()
        );
        writeln!(out, "  {}", row.trim_end())?;
        let mark = if line.gave_up {
            say!("  (you asked for the reference before passing)")
        } else {
            ""
        };
        writeln!(out, "        {}{}", style.dim(&line.title), style.care(mark))?;
    }
    let passed = lines.iter().filter(|line| line.standing == "passed").count();
    writeln!(out)?;
    if passed == lines.len() {
        writeln!(
            out,
            "{}",
            style.good(say!("All {} are passed.", quantity::count(passed, "task")))
        )
    } else {
        writeln!(
            out,
            "{}",
            say!("{passed} of {} passed.", quantity::count(lines.len(), "task"); passed)
        )
    }
}

/// A task's standing as a word on the screen.
pub fn standing(word: &str) -> &'static str {
    match word {
        "passed" => say!("PASSED"),
        "tried" => say!("TRIED"),
        _ => say!("OPEN"),
    }
}

/// A span of time in its largest unit that fills it: "40 s", "12 min", "3 h", "2 d".
fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => say!("{} d", seconds / 86_400),
    }
}

/// Writes the status as JSON.
pub fn status_json(out: &mut dyn Write, lines: &[StatusLine], is_edited: bool) -> Result<()> {
    let document = serde_json::json!({ "schema": "dockerlab/status/1", "edited": is_edited, "tasks": lines });
    write!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))?;
    writeln!(out)
}

//! Structure tests as a person reads them: what fails with what was expected, what was found, and where.

use std::io::{Result, Write};

use super::{StructureReport, TestedFile};
use crate::{
    output::{style::Style, wrapped},
    quantity,
    structure::Outcome,
};

/// What stands before the second line of a detail.
const INDENT: &str = "                   ";

/// Writes a run.
pub fn write(out: &mut dyn Write, report: &StructureReport, columns: usize, style: Style) -> Result<()> {
    writeln!(out, "{}", style.head(say!("Structure tests of {}", report.image)))?;
    for file in &report.files {
        one_file(out, file, columns, style)?;
    }
    let (passed, total) = report.counts();
    writeln!(out)?;
    let time = quantity::seconds(report.seconds);
    let summary = if total == 0 {
        style.fail(say!("No test was run: the file has none that can be run."))
    } else if passed == total {
        style.good(say!("Passed: {} in {time}.", quantity::count(total, "test"); time))
    } else {
        let failed = total - passed;
        style.fail(say!("{failed} of {} failed, in {time}.", quantity::count(total, "test"); failed, time))
    };
    writeln!(out, "{summary}")
}

fn one_file(out: &mut dyn Write, file: &TestedFile, columns: usize, style: Style) -> Result<()> {
    writeln!(out, "\n{}", style.head(&file.name))?;
    for mistake in &file.mistakes {
        writeln!(out, "  {}  {}", style.fail(say!("FAIL")), file.name)?;
        detail(out, say!("mistake"), &mistake.message, columns, style)?;
        detail(
            out,
            say!("where"),
            &format!("{}:{}", file.name, mistake.line),
            columns,
            style,
        )?;
    }
    for outcome in &file.outcomes {
        one_test(out, file, outcome, columns, style)?;
    }
    for warning in &file.warnings {
        let text = format!("{}:{}: {}", file.name, warning.line, warning.message);
        let word = say!("warning:");
        let indent = " ".repeat(word.chars().count() + 3);
        writeln!(out, "  {} {}", style.care(word), wrapped(&text, columns, &indent))?;
    }
    Ok(())
}

fn one_test(out: &mut dyn Write, file: &TestedFile, outcome: &Outcome, columns: usize, style: Style) -> Result<()> {
    let name = if outcome.name.is_empty() {
        say!("a test without a name")
    } else {
        &outcome.name
    };
    let time = if outcome.seconds > 0.0 {
        format!("  {}", style.dim(quantity::seconds(outcome.seconds)))
    } else {
        String::new()
    };
    let word = if outcome.passed() {
        style.good(say!("PASS"))
    } else {
        style.fail(say!("FAIL"))
    };
    writeln!(out, "  {word}  {}{time}", wrapped(name, columns, "        "))?;
    for problem in &outcome.problems {
        detail(out, say!("expected"), &problem.expected, columns, style)?;
        detail(out, say!("found"), &problem.found, columns, style)?;
    }
    if !outcome.passed() {
        detail(
            out,
            say!("where"),
            &format!("{}:{}", file.name, outcome.line),
            columns,
            style,
        )?;
    }
    Ok(())
}

/// A line of a failure's details.
fn detail(out: &mut dyn Write, label: &str, text: &str, columns: usize, style: Style) -> Result<()> {
    let pad = 11usize.saturating_sub(label.chars().count());
    writeln!(
        out,
        "        {}{}{}",
        style.dim(label),
        " ".repeat(pad),
        wrapped(text, columns, INDENT)
    )
}

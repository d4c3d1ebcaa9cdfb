//! A check as annotations on a GitHub pull request: workflow commands, one a line, as the runner reads them
//! (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>).

use std::io::{Result, Write};

use crate::{
    check::{Outcome, Verdict},
    output::{check::CheckReport, verdict_text::verdict_text},
};

/// Writes an annotation for each criterion that is not met or could not be checked, and a line on the task.
pub fn checked_github(out: &mut dyn Write, report: &CheckReport) -> Result<()> {
    for verdict in &report.verdicts.0 {
        match &verdict.outcome {
            // An optional one is the learner's to try.
            Outcome::Fail(_) if verdict.optional => {}
            Outcome::Fail(failure) => {
                let kind = if verdict.remark { "warning" } else { "error" };
                let place = match (&failure.place, &report.evidence.dockerfile) {
                    (Some(place), _) => format!("file={},line={},", property(&place.file), place.line),
                    (None, Some(file)) => format!("file={},", property(&file.name)),
                    (None, None) => String::new(),
                };
                let text = verdict_text(verdict, false);
                annotation(out, kind, &place, &title(report, verdict), &text)?;
            }
            Outcome::CannotCheck { because } if !verdict.remark && report.without_engine.is_none() => {
                annotation(out, "warning", "", &title(report, verdict), because)?;
            }
            _ => {}
        }
    }
    if let Some(why) = &report.without_engine {
        let title = say!("Task {}: the image was not checked", report.task);
        annotation(out, "warning", "", &title, why)?;
    }
    let (passed, of) = report.verdicts.score();
    writeln!(
        out,
        "{}",
        say!("Task {}: {passed} of {} criteria passed", report.task, of; passed)
    )
}

fn title(report: &CheckReport, verdict: &Verdict) -> String {
    say!("Task {}: {}", report.task, verdict.name())
}

fn annotation(out: &mut dyn Write, kind: &str, place: &str, title: &str, text: &str) -> Result<()> {
    writeln!(out, "::{kind} {place}title={}::{}", property(title), data(text))
}

/// A message as the runner reads it back: it ends at a line's end, and `%` begins an escape.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property's value: it ends at a comma or a colon too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_ends_a_command_is_escaped_and_only_once() {
        assert_eq!(data("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
        assert_eq!(property("a,b: 5 %\n"), "a%2Cb%3A 5 %25%0A");
    }
}

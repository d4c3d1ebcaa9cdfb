//! A rule's page, and the list of rules.

use std::io::{Result, Write};

use super::{annotated::Taught, severity::coloured};
use crate::{
    lint::{Family, Rule, rules},
    output::{markdown, style::Style},
};

/// A rule's page as Markdown.
fn page(rule: &Rule, taught: &Taught) -> String {
    let page = rule.page();
    let mut text = format!("# {}: {}\n\n{}\n", rule.code, page.title(), page.why());
    for example in &page.examples {
        let (says, fence) = match example.kind.as_str() {
            "bad" => (say!("Bad:"), "dockerfile"),
            "good" => (say!("Good:"), "dockerfile"),
            "yaml" => (say!("With these settings:"), "yaml"),
            "ignore" => (say!("With this .dockerignore:"), ""),
            _ => (say!("With these layers (line, path, bytes):"), ""),
        };
        text.push_str(&format!("\n{says}\n\n```{fence}\n{}```\n", example.text));
    }
    let whose = match rule.family() {
        Family::Hadolint => say!("hadolint has this rule under the same code"),
        Family::BuildKit => say!("`docker build --check` has this check under the same name"),
        Family::Lab => say!("one of dockerlab's own rules"),
    };
    text.push_str(&format!("\n{whose}"));
    text.push_str(&say!(
        "; its severity is {}. `# hadolint ignore={}` on the line above silences it.\n",
        rule.severity,
        rule.code
    ));
    if let Some(task) = taught.get(rule.code) {
        text.push('\n');
        text.push_str(&say!("Task {task} of the course teaches it: `dockerlab read {task}`.\n"; task));
    }
    text
}

/// Writes a rule's page.
pub fn explained(out: &mut dyn Write, rule: &Rule, taught: &Taught, columns: usize, style: Style) -> Result<()> {
    out.write_all(markdown(&page(rule, taught), columns, style).as_bytes())
}

/// Writes the list of rules.
pub fn listed(out: &mut dyn Write, style: Style) -> Result<()> {
    let width = rules().iter().map(|rule| rule.code.len()).max().unwrap_or_default();
    for rule in rules() {
        let severity = coloured(rule.severity, style);
        let gap = " ".repeat(8_usize.saturating_sub(rule.severity.name().len()));
        writeln!(out, "{:width$}  {severity}{gap} {}", rule.code, rule.page().title())?;
    }
    Ok(())
}

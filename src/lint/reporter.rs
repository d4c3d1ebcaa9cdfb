//! Takes what one rule finds.

use crate::lint::{build_step::BuildStep, finding::Finding, severity::Severity};

/// Takes the findings of one rule.
pub(super) struct Reporter<'a> {
    code: &'static str,
    title: &'a str,
    severity: Severity,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Reporter<'a> {
    /// A reporter for the rule with this code and title; its findings get this severity.
    pub(super) fn new(code: &'static str, title: &'a str, severity: Severity, findings: &'a mut Vec<Finding>) -> Self {
        Self {
            code,
            title,
            severity,
            findings,
        }
    }

    /// The instruction breaks the rule.
    pub(super) fn at(&mut self, step: &BuildStep<'_>) -> &mut Finding {
        self.within(step, step.place(), "")
    }

    /// The instruction breaks the rule at this line and column; the message names `what`.
    pub(super) fn within(&mut self, step: &BuildStep<'_>, place: (u32, u32), what: &str) -> &mut Finding {
        self.add(step.line, place, what)
    }

    /// The rule is broken on this line, at this line and column; the message names `what`.
    pub(super) fn add(&mut self, line: u32, at: (u32, u32), what: &str) -> &mut Finding {
        let title = self.title;
        let message = if what.is_empty() {
            title.to_owned()
        } else {
            let short: String = what.chars().filter(|c| !c.is_control()).take(120).collect();
            say!("{title}: {short}"; title, short)
        };
        self.findings.push(Finding {
            code: self.code.to_owned(),
            severity: self.severity,
            message,
            line,
            at,
            edits: Vec::new(),
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}

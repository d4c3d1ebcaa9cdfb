//! Takes what one rule finds.

use crate::lint::{build_step::BuildStep, edit::Edit, finding::Finding, severity::Severity};

/// A finding on its way from a rule.
pub(super) struct Reported {
    pub(super) finding: Finding,
    /// The line where the rule's twin would say the same.
    pub(super) twin_line: u32,
}

impl Reported {
    /// Adds the edits that fix it.
    pub(super) fn fix_with(&mut self, edits: impl IntoIterator<Item = Edit>) -> &mut Self {
        self.finding.edits.extend(edits);
        self
    }

    /// The rule's twin says the same on another line.
    pub(super) fn twin_on(&mut self, line: u32) -> &mut Self {
        self.twin_line = line;
        self
    }
}

/// Takes the findings of one rule.
pub(super) struct Reporter<'a> {
    code: &'static str,
    title: &'a str,
    severity: Severity,
    reported: &'a mut Vec<Reported>,
}

impl<'a> Reporter<'a> {
    /// A reporter for the rule with this code and title; its findings get this severity.
    pub(super) fn new(code: &'static str, title: &'a str, severity: Severity, reported: &'a mut Vec<Reported>) -> Self {
        Self {
            code,
            title,
            severity,
            reported,
        }
    }

    /// The instruction breaks the rule.
    pub(super) fn at(&mut self, step: &BuildStep<'_>) -> &mut Reported {
        self.within(step, step.place(), "")
    }

    /// The instruction breaks the rule at this line and column; the message names `what`.
    pub(super) fn within(&mut self, step: &BuildStep<'_>, place: (u32, u32), what: &str) -> &mut Reported {
        self.add(step.line, place, what)
    }

    /// The rule is broken on this line, at this line and column; the message names `what`.
    pub(super) fn add(&mut self, line: u32, at: (u32, u32), what: &str) -> &mut Reported {
        let title = self.title;
        let message = if what.is_empty() {
            title.to_owned()
        } else {
            let short: String = what.chars().filter(|c| !c.is_control()).take(120).collect();
            say!("{title}: {short}"; title, short)
        };
        self.reported.push(Reported {
            finding: Finding {
                code: self.code.to_owned(),
                severity: self.severity,
                message,
                line,
                at,
                edits: Vec::new(),
            },
            twin_line: line,
        });
        let last = self.reported.len() - 1;
        &mut self.reported[last]
    }
}

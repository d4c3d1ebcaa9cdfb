//! What a rule found, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lint::{file::Step, registry::Rule};

/// How grave it is; hadolint's levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not looked for.
    #[serde(rename = "ignore")]
    Off,
    /// A matter of taste.
    Style,
    /// Good to know.
    Info,
    /// Likely to bite.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// All of them, the gravest first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warning, Self::Info, Self::Style, Self::Off];

    /// Its name in reports and settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "ignore",
            Self::Style => "style",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A change of a Dockerfile within one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1; one behind the last character is the line's end.
    pub column: u32,
    /// How many characters go; `u32::MAX` for the rest of the line.
    pub remove: u32,
    /// What comes instead. Where it is empty and nothing else is left, the line goes too.
    pub insert: String,
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's code.
    pub code: String,
    /// How grave it is.
    pub severity: Severity,
    /// A sentence without a full stop, in the person's language.
    pub message: String,
    /// The first line of the instruction, from 1, as hadolint reports it.
    pub line: u32,
    /// Line and column in characters, from 1, of the very word.
    pub at: (u32, u32),
    /// What mends it, where a mend is safe.
    pub edits: Vec<Edit>,
}

impl Finding {
    /// Adds a mend.
    pub(super) fn mend(&mut self, edits: impl IntoIterator<Item = Edit>) {
        self.edits.extend(edits);
    }
}

/// Takes what one rule finds.
pub(super) struct Found<'a> {
    rule: &'a Rule,
    severity: Severity,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Found<'a> {
    pub(super) fn new(rule: &'a Rule, severity: Severity, findings: &'a mut Vec<Finding>) -> Self {
        Self {
            rule,
            severity,
            findings,
        }
    }

    /// The rule breaks at this instruction.
    pub(super) fn at(&mut self, step: &Step<'_>) -> &mut Finding {
        let instruction = step.instruction;
        self.add(step.line, (instruction.start_line, instruction.start_column), "")
    }

    /// The rule breaks at this place within an instruction; `what` is named in the message.
    pub(super) fn within(&mut self, step: &Step<'_>, place: (u32, u32), what: &str) -> &mut Finding {
        self.add(step.line, place, what)
    }

    /// The rule breaks at this line and place.
    pub(super) fn add(&mut self, line: u32, at: (u32, u32), what: &str) -> &mut Finding {
        let title = self.rule.page().title();
        let message = if what.is_empty() {
            title.to_owned()
        } else {
            let short: String = what.chars().take(120).collect();
            say!("{title}: {short}"; title, short)
        };
        self.findings.push(Finding {
            code: self.rule.code.to_owned(),
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

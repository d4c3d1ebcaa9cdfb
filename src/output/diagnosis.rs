//! What the doctor found.

use std::io::{Result, Write};

use crate::output::{style::Style, wrapped};

/// How good a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Good,
    /// Worth knowing.
    Note,
    /// The course does not work with it.
    Bad,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Engine,
    Context,
    Api,
    Builder,
    Store,
    Machine,
    Disk,
    Clock,
    Ports,
    Proxy,
    Bases,
}

/// One line of the doctor's.
#[derive(Debug, Clone)]
pub struct Diagnosis {
    pub topic: Topic,
    pub state: State,
    /// What it is about, as it is shown.
    pub what: &'static str,
    pub text: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Topic {
    fn shown(self) -> &'static str {
        match self {
            Self::Engine => say!("engine"),
            Self::Context => say!("context"),
            Self::Api => say!("API"),
            Self::Builder => say!("builder"),
            Self::Store => say!("image store"),
            Self::Machine => say!("machine"),
            Self::Disk => say!("disk"),
            Self::Clock => say!("clock"),
            Self::Ports => say!("port"),
            Self::Proxy => say!("proxy"),
            Self::Bases => say!("base image"),
        }
    }

    /// A finding about it.
    pub fn found(self, state: State, text: impl Into<String>) -> Diagnosis {
        Diagnosis {
            topic: self,
            state,
            what: self.shown(),
            text: text.into(),
            fix: None,
        }
    }
}

impl Diagnosis {
    /// Says what to do about it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// Writes what the doctor found and what it comes to.
pub fn diagnosed(out: &mut dyn Write, found: &[Diagnosis], columns: usize, style: Style) -> Result<()> {
    diagnoses(out, found, columns, style)?;
    writeln!(out)?;
    let verdict = if found.iter().any(|finding| finding.state == State::Bad) {
        say!("Fix what fails, then run `dockerlab doctor` again.")
    } else {
        say!("Everything the course needs is ready.")
    };
    writeln!(out, "{verdict}")
}

/// Writes findings, a line each.
pub fn diagnoses(out: &mut dyn Write, found: &[Diagnosis], columns: usize, style: Style) -> Result<()> {
    found.iter().try_for_each(|finding| line(out, finding, columns, style))
}

/// Writes a finding: its state in words, what it is about, and how to fix it.
fn line(out: &mut dyn Write, finding: &Diagnosis, columns: usize, style: Style) -> Result<()> {
    let (word, dressed) = match finding.state {
        State::Good => (say!("OK"), style.good(say!("OK"))),
        State::Note => (say!("NOTE"), style.care(say!("NOTE"))),
        State::Bad => (say!("FAIL"), style.fail(say!("FAIL"))),
    };
    let pad = |word: &str, width: usize| " ".repeat(width.saturating_sub(word.chars().count()).max(1));
    let indent = " ".repeat(23);
    writeln!(
        out,
        "  {dressed}{}{}{}{}",
        pad(word, 6),
        finding.what,
        pad(finding.what, 15),
        wrapped(&finding.text, columns, &indent)
    )?;
    if let Some(fix) = &finding.fix {
        let label = say!("fix:");
        let deeper = " ".repeat(24 + label.chars().count());
        writeln!(out, "{indent}{} {}", style.dim(label), wrapped(fix, columns, &deeper))?;
    }
    Ok(())
}

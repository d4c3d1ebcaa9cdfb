//! A place in shell text, and what was read before it.

use super::command::Command;
use crate::dockerfile::{
    place::Marks,
    problem::{Problem, ProblemKind},
};

/// What a text was read as.
#[derive(Default)]
pub(super) struct Script {
    /// Its simple commands, as they are written.
    pub(super) commands: Vec<Command>,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
}

impl Script {
    /// Notes a problem. One of a kind is enough: what follows the first is often its consequence.
    pub(super) fn tell(&mut self, kind: ProblemKind, place: (u32, u32), message: &str) {
        if !self.problems.iter().any(|problem| problem.kind == kind) {
            self.problems.push(Problem::new(kind, place, message));
        }
    }
}

/// Goes through a text once.
pub(super) struct Reader<'t, 's> {
    pub(super) text: &'t str,
    pub(super) marks: &'t Marks,
    pub(super) script: &'s mut Script,
    pub(super) at: usize,
    /// In how many substitutions of other texts this one is.
    pub(super) depth: usize,
    /// How many substitutions are open.
    pub(super) nesting: usize,
    /// Within how many backticks the text is; each level is read again.
    pub(super) backticks: usize,
    /// Here-documents whose bodies follow the next line's end.
    pub(super) pending: Vec<(String, bool)>,
    /// No backtick closes from here on.
    pub(super) lone_backtick: bool,
    /// No `))` closes from here on.
    pub(super) open_arithmetic: bool,
}

impl<'t, 's> Reader<'t, 's> {
    pub(super) fn new(text: &'t str, marks: &'t Marks, script: &'s mut Script) -> Self {
        Self {
            text,
            marks,
            script,
            at: 0,
            depth: 0,
            nesting: 0,
            backticks: 0,
            pending: Vec::new(),
            lone_backtick: false,
            open_arithmetic: false,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    pub(super) fn starts_with(&self, prefix: &str) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with(prefix))
    }

    pub(super) fn eat(&mut self, prefix: &str) -> bool {
        let found = self.starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn place(&self, at: usize) -> (u32, u32) {
        self.marks.locate(self.text, at)
    }

    pub(super) fn tell(&mut self, kind: ProblemKind, at: usize, message: &str) {
        let place = self.place(at);
        self.script.tell(kind, place, message);
    }
}

//! What a command merely starts: the command behind `sudo`, the script of `sh -c`, of `eval` and of a here-document.

use super::{
    command::Command,
    list::read_script,
    reader::Script,
    wrappers::{Starts, starts},
};
use crate::dockerfile::{heredoc::Heredoc, place::Marks, problem::Problem};

/// How deep scripts are read within scripts.
const DEEPEST_SCRIPT: usize = 6;

/// How many programs in a row are looked through: `exec exec exec` is not worth more than this.
const MOST_WRAPPERS: usize = 16;

/// How many times the length of a RUN may be read again for the scripts within its words.
const READ_ANEW: usize = 16;

/// Looks through commands for those that they start.
pub(super) struct Nested<'a> {
    heredocs: &'a [Heredoc],
    script: Script,
    /// How many bytes may still be read again.
    budget: usize,
}

impl<'a> Nested<'a> {
    /// The commands of a text of this length, each without what merely starts it.
    pub(super) fn expand(written: Script, length: usize, heredocs: &'a [Heredoc]) -> Script {
        let bodies: usize = heredocs.iter().map(|heredoc| heredoc.body.len()).sum();
        let mut nested = Self {
            heredocs,
            script: Script {
                commands: Vec::with_capacity(written.commands.len()),
                problems: written.problems,
            },
            budget: (length + bodies).saturating_mul(READ_ANEW),
        };
        for command in written.commands {
            nested.add(command, 0);
        }
        nested.script
    }

    /// Takes a command, or what it merely starts.
    fn add(&mut self, mut command: Command, level: usize) {
        for _ in 0..MOST_WRAPPERS {
            let heredoc = command
                .redirections
                .iter()
                .rev()
                .find(|one| one.operator.starts_with("<<") && one.operator != "<<<");
            let Some(what) = starts(&command.words, heredoc.is_some()) else {
                break;
            };
            let was_script = match what {
                Starts::Command { at, assignments } => {
                    command.wrappers.extend(command.program().map(str::to_owned));
                    command.words.drain(..at);
                    command.assignments.extend(assignments);
                    if let Some(first) = command.words.first() {
                        (command.line, command.column) = (first.line, first.column);
                    }
                    continue;
                }
                Starts::Script(at) => command
                    .words
                    .get(at)
                    .is_some_and(|word| self.script(&word.text, &word.marks, &command, level)),
                Starts::Joined => {
                    let mut text = String::new();
                    let mut marks = Marks::default();
                    for word in command.words.iter().skip(1) {
                        if !text.is_empty() {
                            text.push(' ');
                        }
                        marks.copy(text.len(), &word.marks, &word.text, 0..word.text.len());
                        text.push_str(&word.text);
                    }
                    self.script(&text, &marks, &command, level)
                }
                Starts::Input => {
                    let target = heredoc.map(|one| one.target.as_str()).unwrap_or_default();
                    let body = self.heredocs.iter().find(|heredoc| heredoc.name == target);
                    body.is_some_and(|heredoc| self.script(&heredoc.body, &heredoc.marks, &command, level))
                }
            };
            if was_script {
                return;
            }
            break;
        }
        self.script.commands.push(command);
    }

    /// Reads the script that a command runs; false when there is no command in it, or it is too deep.
    fn script(&mut self, text: &str, marks: &Marks, outer: &Command, level: usize) -> bool {
        let Some(left) = self.budget.checked_sub(text.len()).filter(|_| level < DEEPEST_SCRIPT) else {
            return false;
        };
        self.budget = left;
        let read = read_script(text, marks);
        for Problem {
            kind,
            line,
            column,
            message,
            ..
        } in read.problems
        {
            self.script.tell(kind, (line, column), &message);
        }
        let before = self.script.commands.len();
        for (index, mut command) in read.commands.into_iter().enumerate() {
            if index == 0 {
                command.connector_before = outer.connector_before;
            }
            command.piped |= outer.piped;
            command.depth = command.depth.saturating_add(outer.depth).saturating_add(1);
            command.wrappers.clone_from(&outer.wrappers);
            command.wrappers.extend(outer.program().map(str::to_owned));
            self.add(command, level + 1);
        }
        self.script.commands.len() > before
    }
}

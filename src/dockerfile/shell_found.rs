//! The commands found so far, each without what merely starts it.

use super::{
    heredoc::Heredoc,
    place::Marks,
    problem::Problem,
    shell::{Command, Connector, Word},
    shell_list::read_script,
    unwrap::{Starts, starts},
};

/// How deep scripts are read within strings; each level reads its text anew.
pub(super) const DEEPEST_SCRIPT: usize = 6;

/// The commands found so far.
pub(super) struct Found<'a> {
    pub(super) commands: Vec<Command>,
    pub(super) problems: Vec<Problem>,
    heredocs: &'a [Heredoc],
    /// How many scripts are open.
    pub(super) scripts: usize,
    pub(super) told_depth: bool,
    /// Whether what merely starts a command is looked through.
    looks_through: bool,
}

impl<'a> Found<'a> {
    pub(super) fn new(heredocs: &'a [Heredoc]) -> Self {
        Self {
            commands: Vec::new(),
            problems: Vec::new(),
            heredocs,
            scripts: 0,
            told_depth: false,
            looks_through: true,
        }
    }

    /// Commands as they are written: `sudo x` is a `sudo`.
    pub(super) fn as_written(heredocs: &'a [Heredoc]) -> Self {
        Self {
            looks_through: false,
            ..Self::new(heredocs)
        }
    }

    pub(super) fn finish(mut self) -> (Vec<Command>, Vec<Problem>) {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        (self.commands, self.problems)
    }

    /// A program with its arguments, not read by a shell.
    pub(super) fn program(&mut self, words: Vec<Word>) {
        let Some(first) = words.first() else { return };
        let command = Command {
            assignments: Vec::new(),
            redirections: Vec::new(),
            wrappers: Vec::new(),
            connector_before: Connector::First,
            piped: false,
            depth: 0,
            line: first.line,
            column: first.column,
            words,
        };
        self.add(command);
    }

    /// Takes a command, or what it merely starts.
    pub(super) fn add(&mut self, mut command: Command) {
        // A text of a thousand `exec exec …` is not worth more than this.
        let most = if self.looks_through { 16 } else { 0 };
        for _ in 0..most {
            let heredoc = command
                .redirections
                .iter()
                .rev()
                .find(|one| one.operator.starts_with("<<") && one.operator != "<<<");
            let Some(what) = starts(&command.words, heredoc.is_some()) else {
                break;
            };
            let name = command.program().unwrap_or_default().to_owned();
            match what {
                Starts::Command { at, assignments } => {
                    command.words.drain(..at);
                    command.assignments.extend(assignments);
                    command.wrappers.push(name);
                    if let Some(first) = command.words.first() {
                        (command.line, command.column) = (first.line, first.column);
                    }
                }
                Starts::Script(at) => {
                    let Some(word) = command.words.get(at) else { break };
                    if self.nested(&word.text, &word.marks, &command, name) {
                        return;
                    }
                    break;
                }
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
                    if self.nested(&text, &marks, &command, name) {
                        return;
                    }
                    break;
                }
                Starts::Input => {
                    let target = heredoc.map(|one| one.target.clone()).unwrap_or_default();
                    let body = self.heredocs.iter().find(|heredoc| heredoc.name == target);
                    if body.is_some_and(|heredoc| self.nested(&heredoc.body, &heredoc.marks, &command, name)) {
                        return;
                    }
                    break;
                }
            }
        }
        self.commands.push(command);
    }

    /// Reads the script that a command runs; false when there is no command in it, or it is too deep.
    fn nested(&mut self, text: &str, marks: &Marks, outer: &Command, name: String) -> bool {
        if self.scripts >= DEEPEST_SCRIPT {
            return false;
        }
        let before = self.commands.len();
        let mut wrappers = outer.wrappers.clone();
        wrappers.push(name);
        self.scripts += 1;
        read_script(text, marks, outer.depth as usize + 1, &wrappers, self);
        self.scripts -= 1;
        if let Some(first) = self.commands.get_mut(before) {
            first.connector_before = outer.connector_before;
        }
        for command in self.commands.iter_mut().skip(before) {
            command.piped |= outer.piped;
        }
        self.commands.len() > before
    }
}

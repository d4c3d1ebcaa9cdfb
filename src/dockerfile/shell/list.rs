//! Reads shell text as lists of commands: operators, compound commands, redirections.
//!
//! The reader goes through a text once. It follows the shell's grammar only as far as is needed to tell where a
//! simple command starts and ends, and goes on after anything that it does not understand.

use super::{
    command::{Command, Connector, Redirection, Word},
    reader::{Reader, Script},
    wrappers::assignment,
};
use crate::dockerfile::{
    place::{Marks, count},
    problem::ProblemKind,
};

/// Reads a text for a POSIX shell or bash.
pub(super) fn read_script(text: &str, marks: &Marks) -> Script {
    let mut script = Script::default();
    Reader::new(text, marks, &mut script).all();
    script
}

/// An open compound command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// `(`
    Parenthesis,
    /// `{`, `if`, a loop.
    Other,
    /// `case`, and whether a pattern comes next.
    Case { pattern: bool },
}

/// What the words that come next are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A command's.
    Command,
    /// Nothing but redirections, behind a closed compound command.
    Closed,
    /// The head of a `for`, up to its end.
    ForHead,
    /// The head of a `case`, up to `in`.
    CaseHead,
    /// The name of a function.
    FunctionName,
    /// A condition within `[[ ]]`.
    Condition,
}

/// A command in the making.
#[derive(Default)]
struct Draft {
    assignments: Vec<(String, String)>,
    words: Vec<Word>,
    redirections: Vec<Redirection>,
    place: Option<(u32, u32)>,
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.assignments.is_empty() && self.words.is_empty() && self.redirections.is_empty()
    }
}

/// A list of commands in the making.
struct List {
    frames: Vec<Frame>,
    draft: Draft,
    expect: Expect,
    connector: Connector,
    /// Whether the last connector was a pipe.
    piped: bool,
}

impl Reader<'_, '_> {
    /// Reads the whole text.
    pub(super) fn all(&mut self) {
        while !self.list(false) {}
    }

    /// Reads commands up to the end, or up to a parenthesis that closes nothing in them; true at the end.
    pub(super) fn list(&mut self, in_parentheses: bool) -> bool {
        let start = self.at;
        let mut list = List {
            frames: Vec::new(),
            draft: Draft::default(),
            expect: Expect::Command,
            connector: Connector::First,
            piped: false,
        };
        loop {
            let Some(c) = self.peek() else {
                self.flush(&mut list, Connector::Sequence);
                if in_parentheses || list.frames.contains(&Frame::Parenthesis) {
                    self.tell(
                        ProblemKind::UnbalancedBracket,
                        start,
                        say!("a parenthesis is not closed"),
                    );
                }
                return true;
            };
            let at = self.at;
            match c {
                ' ' | '\t' | '\r' => self.at += 1,
                '\\' if self.starts_with("\\\n") => self.at += 2,
                '\\' if self.starts_with("\\\r\n") => self.at += 3,
                '#' => {
                    let rest = &self.text[at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                '\n' => {
                    self.at += 1;
                    self.flush(&mut list, Connector::Sequence);
                    self.skip_heredocs();
                }
                _ if list.expect == Expect::Condition && matches!(c, '&' | '|' | '<' | '>' | '(' | ')') => {
                    let run = self.text[at..]
                        .bytes()
                        .take_while(|byte| *byte == c as u8)
                        .count()
                        .min(2);
                    self.at += run;
                    let word = self.plain_word(at);
                    list.draft.words.push(word);
                }
                ';' => {
                    let ends_case = self.eat(";;&") || self.eat(";;") || self.eat(";&");
                    if !ends_case {
                        self.at += 1;
                    }
                    self.flush(&mut list, Connector::Sequence);
                    if ends_case && let Some(Frame::Case { pattern }) = list.frames.last_mut() {
                        *pattern = true;
                    }
                }
                '&' if self.starts_with("&>") => self.redirection(&mut list, None),
                '&' => {
                    let connector = if self.eat("&&") {
                        Connector::And
                    } else {
                        Connector::Background
                    };
                    self.at += usize::from(connector == Connector::Background);
                    self.flush(&mut list, connector);
                }
                '|' if list.frames.last() == Some(&Frame::Case { pattern: true }) => self.at += 1,
                '|' => {
                    let connector = if self.eat("||") { Connector::Or } else { Connector::Pipe };
                    if connector == Connector::Pipe && !self.eat("|&") {
                        self.at += 1;
                    }
                    self.flush(&mut list, connector);
                }
                '(' => self.open(&mut list),
                ')' => {
                    self.at += 1;
                    if let Some(Frame::Case { pattern }) = list.frames.last_mut()
                        && *pattern
                    {
                        *pattern = false;
                        list.connector = Connector::First;
                    } else if let Some(position) = list.frames.iter().rposition(|frame| *frame == Frame::Parenthesis) {
                        self.flush(&mut list, Connector::Sequence);
                        list.frames.truncate(position);
                        list.expect = Expect::Closed;
                    } else if in_parentheses {
                        self.flush(&mut list, Connector::Sequence);
                        return false;
                    } else {
                        self.tell(
                            ProblemKind::UnbalancedBracket,
                            at,
                            say!("a closing parenthesis has no opening one"),
                        );
                    }
                }
                '<' | '>' if !self.starts_with("<(") && !self.starts_with(">(") => self.redirection(&mut list, None),
                _ => {
                    let word = self.word();
                    let is_number = !word.written.is_empty() && word.written.bytes().all(|byte| byte.is_ascii_digit());
                    if is_number && matches!(self.peek(), Some('<' | '>')) {
                        self.redirection(&mut list, word.written.parse().ok());
                    } else {
                        self.take(&mut list, word, at);
                    }
                }
            }
        }
    }

    /// An opening parenthesis outside words.
    fn open(&mut self, list: &mut List) {
        let at = self.at;
        self.at += 1;
        if matches!(list.frames.last(), Some(Frame::Case { pattern: true })) {
            return;
        }
        let draft = &list.draft;
        if draft.words.len() == 1 || list.expect == Expect::FunctionName {
            let rest = self.text[self.at..].trim_start_matches([' ', '\t']);
            if rest.starts_with(')') {
                self.at = self.text.len() - rest.len() + 1;
                list.draft = Draft::default();
                list.expect = Expect::Command;
                return;
            }
        }
        if !draft.is_empty() || list.expect != Expect::Command {
            return;
        }
        if self.starts_with("(") && self.arithmetic(self.at + 1) {
            list.expect = Expect::Closed;
            return;
        }
        if list.frames.len() >= 10_000 {
            self.tell(ProblemKind::TooDeep, at, say!("nested too deeply"));
        }
        list.frames.push(Frame::Parenthesis);
        list.connector = if list.connector == Connector::Sequence {
            Connector::First
        } else {
            list.connector
        };
    }

    /// Sorts a word in.
    fn take(&mut self, list: &mut List, word: Word, at: usize) {
        let is_plain = !word.quoted && !word.has_expansion;
        let text = word.text.as_str();
        if let Some(Frame::Case { pattern: true }) = list.frames.last()
            && list.expect == Expect::Command
        {
            if is_plain && text == "esac" {
                list.frames.pop();
                list.expect = Expect::Closed;
            }
            return;
        }
        match list.expect {
            Expect::Closed => return,
            Expect::ForHead => {
                if is_plain && text == "do" {
                    list.expect = Expect::Command;
                }
                return;
            }
            Expect::CaseHead => {
                if is_plain && text == "in" {
                    list.expect = Expect::Command;
                    list.frames.push(Frame::Case { pattern: true });
                }
                return;
            }
            Expect::FunctionName => {
                list.expect = Expect::Command;
                if self.text[self.at..].trim_start_matches([' ', '\t']).starts_with('(') {
                    list.expect = Expect::FunctionName;
                }
                return;
            }
            Expect::Condition => {
                if is_plain && text == "]]" {
                    list.expect = Expect::Command;
                }
            }
            Expect::Command if list.draft.is_empty() && is_plain => match text {
                "if" | "while" | "until" | "{" => {
                    list.frames.push(Frame::Other);
                    return;
                }
                "then" | "elif" | "else" | "do" | "!" | "coproc" => return,
                "for" | "select" => {
                    list.frames.push(Frame::Other);
                    list.expect = Expect::ForHead;
                    return;
                }
                "case" => {
                    list.expect = Expect::CaseHead;
                    return;
                }
                "function" => {
                    list.expect = Expect::FunctionName;
                    return;
                }
                "fi" | "done" | "}" => {
                    if list.frames.last() == Some(&Frame::Other) {
                        list.frames.pop();
                    }
                    list.expect = Expect::Closed;
                    return;
                }
                "esac" => {
                    if matches!(list.frames.last(), Some(Frame::Case { .. })) {
                        list.frames.pop();
                    }
                    list.expect = Expect::Closed;
                    return;
                }
                "[[" => list.expect = Expect::Condition,
                _ => {}
            },
            Expect::Command => {}
        }
        let place = self.place(at);
        let draft = &mut list.draft;
        draft.place.get_or_insert(place);
        // `"A=b"` in quotes is no assignment, `A="b"` is one.
        let named = if draft.words.is_empty() {
            assignment(&word.text)
        } else {
            None
        };
        match named.filter(|(name, _)| word.written.starts_with(name.as_str())) {
            Some(named) => draft.assignments.push(named),
            None => draft.words.push(word),
        }
    }

    /// Ends a command.
    fn flush(&mut self, list: &mut List, next: Connector) {
        let draft = std::mem::take(&mut list.draft);
        let was_empty = draft.is_empty();
        let piped = list.piped || next == Connector::Pipe;
        if !was_empty && list.expect != Expect::Closed {
            let (line, column) = draft.place.unwrap_or((1, 1));
            self.script.commands.push(Command {
                assignments: draft.assignments,
                words: draft.words,
                redirections: draft.redirections,
                wrappers: Vec::new(),
                connector_before: list.connector,
                piped,
                depth: count(self.depth + self.nesting + list.frames.len()),
                line,
                column,
            });
        }
        // Blank lines and `then` do not change what stands before the next command.
        let is_break = next == Connector::Sequence;
        if !was_empty || list.expect == Expect::Closed || !is_break {
            list.connector = next;
            list.piped = next == Connector::Pipe;
        }
        if list.expect != Expect::CaseHead {
            list.expect = Expect::Command;
        }
    }

    fn redirection(&mut self, list: &mut List, descriptor: Option<u32>) {
        let at = self.at;
        let operator = ["&>>", "&>", "<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"]
            .into_iter()
            .find(|operator| self.starts_with(operator))
            .unwrap_or(">");
        self.at += operator.len();
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.at += 1;
        }
        let is_missing = matches!(self.peek(), None | Some('\n' | ';' | '&' | '|' | ')' | '('))
            || (matches!(self.peek(), Some('<' | '>')) && !self.starts_with("<(") && !self.starts_with(">("));
        let target = if is_missing { String::new() } else { self.word().text };
        if matches!(operator, "<<" | "<<-") && !target.is_empty() {
            self.pending.push((target.clone(), operator == "<<-"));
        }
        let place = self.place(at);
        list.draft.place.get_or_insert(place);
        list.draft.redirections.push(Redirection {
            operator: operator.to_owned(),
            descriptor,
            target,
        });
    }

    /// Passes over the bodies of here-documents in a script.
    fn skip_heredocs(&mut self) {
        for (name, strips_tabs) in std::mem::take(&mut self.pending) {
            while self.at < self.text.len() {
                let rest = &self.text[self.at..];
                let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
                let line = rest[..length].trim_end_matches(['\n', '\r']);
                self.at += length;
                if name
                    == if strips_tabs {
                        line.trim_start_matches('\t')
                    } else {
                        line
                    }
                {
                    break;
                }
            }
        }
    }
}

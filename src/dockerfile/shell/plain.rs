//! Shells other than POSIX ones: split at their separators, no more.

use super::command::{Command, Connector, Shell, Word};
use crate::dockerfile::place::Marks;

/// Splits a text for another shell: blanks and double quotes, `;` (not in cmd), `|`, `&`, `&&`, `||`.
pub(super) fn read_plain(text: &str, marks: &Marks, shell: Shell) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut connector = Connector::First;
    let mut characters = text.char_indices().peekable();
    loop {
        let next = characters.next();
        let (at, c) = next.unwrap_or((text.len(), '\n'));
        let is_quote = c == '"' || (c == '\'' && shell == Shell::PowerShell);
        if next.is_some() && (quote.is_some() || is_quote) {
            start.get_or_insert(at);
            if is_quote {
                quote = if quote.is_none() {
                    Some(c)
                } else {
                    quote.filter(|open| *open != c)
                };
            }
            continue;
        }
        let connects = match c {
            '\n' => Some(Connector::Sequence),
            ';' if shell == Shell::PowerShell => Some(Connector::Sequence),
            '&' if characters.next_if(|(_, c)| *c == '&').is_some() => Some(Connector::And),
            '|' if characters.next_if(|(_, c)| *c == '|').is_some() => Some(Connector::Or),
            '&' => Some(Connector::Background),
            '|' => Some(Connector::Pipe),
            _ => None,
        };
        if connects.is_none() && !c.is_whitespace() {
            start.get_or_insert(at);
            continue;
        }
        if let Some(from) = start.take() {
            let raw = &text[from..at];
            words.push(Word {
                text: raw.replace('"', ""),
                has_expansion: raw.contains(['$', '%']),
                ..Word::plain(raw, raw.contains('"'), marks.locate(text, from))
            });
        }
        if let Some(connects) = connects {
            if let Some(first) = words.first() {
                commands.push(Command {
                    assignments: Vec::new(),
                    redirections: Vec::new(),
                    wrappers: Vec::new(),
                    connector_before: connector,
                    piped: connects == Connector::Pipe || connector == Connector::Pipe,
                    depth: 0,
                    line: first.line,
                    column: first.column,
                    words: std::mem::take(&mut words),
                });
                connector = connects;
            }
            if next.is_none() {
                return commands;
            }
        }
    }
}

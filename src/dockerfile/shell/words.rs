//! Shell words: quotes, escapes and substitutions, the commands in these included.

use super::{command::Word, reader::Reader, wrappers::assignment};
use crate::dockerfile::{place::Marks, problem::ProblemKind};

/// How deep substitutions are followed into each other.
const DEEPEST: usize = 24;

/// How deep backticks are followed into each other; each level reads its text again.
const DEEPEST_BACKTICKS: usize = 6;

impl Reader<'_, '_> {
    pub(super) fn plain_word(&self, from: usize) -> Word {
        Word::plain(&self.text[from..self.at], false, self.place(from))
    }

    /// Reads one word; always at least a character of it.
    pub(super) fn word(&mut self) -> Word {
        let from = self.at;
        let mut word = Draftword::default();
        while let Some(c) = self.peek() {
            let at = self.at;
            match c {
                '<' | '>' if at == from && self.text[at + 1..].starts_with('(') => {
                    self.at += 2;
                    self.nested_list(at);
                    word.expand(self, at);
                }
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | ')' | '<' | '>' => break,
                '(' => {
                    let before = &self.text[from..at];
                    let is_array = before.strip_suffix('=').is_some_and(|_| assignment(before).is_some());
                    let is_extended = before.ends_with(['?', '*', '+', '@', '!']);
                    if !is_array && !is_extended {
                        break;
                    }
                    self.at += 1;
                    self.skip_parentheses(at);
                    word.expand(self, at);
                    word.has_expansion = false;
                }
                '\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') => self.at += 1,
                        Some('\r') if self.starts_with("\r\n") => self.at += 2,
                        Some(escaped) => {
                            word.quoted = true;
                            word.push(self, self.at, escaped);
                            self.at += escaped.len_utf8();
                        }
                        None => word.push(self, at, '\\'),
                    }
                }
                '\'' => {
                    self.at += 1;
                    word.quoted = true;
                    self.single_quoted(&mut word, at);
                }
                '"' => {
                    self.at += 1;
                    word.quoted = true;
                    self.double_quoted(&mut word, at);
                }
                '$' if self.starts_with("$'") => {
                    self.at += 2;
                    word.quoted = true;
                    self.ansi_quoted(&mut word, at);
                }
                '$' if self.starts_with("$\"") => {
                    self.at += 2;
                    word.quoted = true;
                    self.double_quoted(&mut word, at);
                }
                '$' | '`' => self.expansion(&mut word, at),
                c => {
                    self.at += c.len_utf8();
                    word.push(self, at, c);
                }
            }
        }
        if self.at == from {
            // Never stand still, whatever stands here.
            if let Some(c) = self.bump() {
                word.push(self, from, c);
            }
        }
        let (line, column) = self.place(from);
        Word {
            text: word.text,
            written: self.text[from..self.at].to_owned(),
            quoted: word.quoted,
            has_expansion: word.has_expansion,
            line,
            column,
            marks: word.marks,
        }
    }

    fn single_quoted(&mut self, word: &mut Draftword, open: usize) {
        while let Some(c) = self.peek() {
            let at = self.at;
            self.at += c.len_utf8();
            if c == '\'' {
                return;
            }
            word.push(self, at, c);
        }
        self.tell(ProblemKind::UnbalancedQuote, open, say!("a single quote is not closed"));
    }

    fn ansi_quoted(&mut self, word: &mut Draftword, open: usize) {
        while let Some(c) = self.bump() {
            let at = self.at - c.len_utf8();
            match c {
                '\'' => return,
                '\\' => {
                    let escaped = self.bump().unwrap_or('\\');
                    word.push(
                        self,
                        at,
                        match escaped {
                            'n' => '\n',
                            't' => '\t',
                            'r' => '\r',
                            other => other,
                        },
                    );
                }
                c => word.push(self, at, c),
            }
        }
        self.tell(ProblemKind::UnbalancedQuote, open, say!("a single quote is not closed"));
    }

    fn double_quoted(&mut self, word: &mut Draftword, open: usize) {
        while let Some(c) = self.peek() {
            let at = self.at;
            match c {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') => self.at += 1,
                        Some(escaped @ ('$' | '`' | '"' | '\\')) => {
                            word.push(self, self.at, escaped);
                            self.at += 1;
                        }
                        _ => word.push(self, at, '\\'),
                    }
                }
                '$' | '`' => self.expansion(word, at),
                c => {
                    self.at += c.len_utf8();
                    word.push(self, at, c);
                }
            }
        }
        self.tell(ProblemKind::UnbalancedQuote, open, say!("a double quote is not closed"));
    }

    /// Reads what `$` or a backtick begins, which may be nothing but itself.
    fn expansion(&mut self, word: &mut Draftword, at: usize) {
        let sign = self.peek();
        let expands = match sign {
            Some('$') => self.dollar(),
            _ => self.backtick(),
        };
        match sign {
            Some(sign) if !expands => word.push(self, at, sign),
            _ => word.expand(self, at),
        }
    }

    /// Passes over what `$` introduces; false where it is a plain dollar sign.
    fn dollar(&mut self) -> bool {
        let at = self.at;
        self.at += 1;
        match self.peek() {
            Some('(') => {
                self.at += 1;
                if !(self.starts_with("(") && self.arithmetic(self.at + 1)) {
                    self.nested_list(at);
                }
                true
            }
            Some('{') => {
                self.at += 1;
                self.parameter(at);
                true
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                    self.at += 1;
                }
                true
            }
            Some(c) if c.is_ascii_digit() || matches!(c, '@' | '*' | '#' | '?' | '-' | '$' | '!') => {
                self.at += 1;
                true
            }
            _ => false,
        }
    }

    /// Reads the commands of a substitution, up to its parenthesis.
    fn nested_list(&mut self, open: usize) {
        if self.nesting >= DEEPEST {
            self.too_deep(open);
            self.skip_parentheses(open);
            return;
        }
        self.nesting += 1;
        self.list(true);
        self.nesting -= 1;
    }

    fn too_deep(&mut self, at: usize) {
        self.tell(ProblemKind::TooDeep, at, say!("nested too deeply to be read"));
    }

    /// Passes over parentheses in each other, without a look at what is in them.
    fn skip_parentheses(&mut self, open: usize) {
        let mut depth = 1usize;
        while let Some(c) = self.bump() {
            match c {
                '\\' => {
                    self.bump();
                }
                '(' => depth += 1,
                ')' => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
        self.tell(
            ProblemKind::UnbalancedBracket,
            open,
            say!("a parenthesis is not closed"),
        );
    }

    /// Passes over arithmetic that starts at `from`, up to its `))`; false where there is none.
    pub(super) fn arithmetic(&mut self, from: usize) -> bool {
        if self.open_arithmetic {
            return false;
        }
        let mut depth = 0usize;
        let bytes = self.text.as_bytes();
        for (index, byte) in bytes.iter().enumerate().skip(from) {
            match byte {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b')' if bytes.get(index + 1) == Some(&b')') => {
                    self.at = index + 2;
                    return true;
                }
                b')' => return false,
                _ => {}
            }
        }
        self.open_arithmetic = true;
        false
    }

    /// Passes over `${…}`.
    fn parameter(&mut self, open: usize) {
        if self.nesting >= DEEPEST {
            self.too_deep(open);
            let rest = &self.text[self.at..];
            self.at += rest.find('}').map_or(rest.len(), |end| end + 1);
            return;
        }
        self.nesting += 1;
        let mut ignored = Draftword::default();
        let mut closed = false;
        while let Some(c) = self.peek() {
            let at = self.at;
            match c {
                '}' => {
                    self.at += 1;
                    closed = true;
                    break;
                }
                '\\' => {
                    self.at += 1;
                    self.bump();
                }
                '"' => {
                    self.at += 1;
                    self.double_quoted(&mut ignored, at);
                }
                '$' => {
                    self.dollar();
                }
                '`' => {
                    self.backtick();
                }
                c => self.at += c.len_utf8(),
            }
        }
        self.nesting -= 1;
        if !closed {
            self.tell(ProblemKind::UnbalancedBracket, open, say!("a brace is not closed"));
        }
    }

    /// Reads the commands between backticks; false, past the first, where none closes it.
    fn backtick(&mut self) -> bool {
        let open = self.at;
        self.at += 1;
        if self.lone_backtick {
            return false;
        }
        let mut text = String::new();
        let mut marks = Marks::default();
        let mut from = self.at;
        let bytes = self.text.as_bytes();
        let mut index = self.at;
        let close = loop {
            match bytes.get(index) {
                None => {
                    self.lone_backtick = true;
                    self.tell(ProblemKind::UnbalancedQuote, open, say!("a backtick is not closed"));
                    return false;
                }
                Some(b'`') => break index,
                Some(b'\\') if matches!(bytes.get(index + 1), Some(b'`' | b'\\' | b'$')) => {
                    marks.copy(text.len(), self.marks, self.text, from..index);
                    text.push_str(&self.text[from..index]);
                    from = index + 1;
                    index += 2;
                }
                Some(_) => index += 1,
            }
        };
        marks.copy(text.len(), self.marks, self.text, from..close);
        text.push_str(&self.text[from..close]);
        self.at = close + 1;
        if self.nesting >= DEEPEST || self.backticks >= DEEPEST_BACKTICKS {
            self.too_deep(open);
        } else {
            let mut inner = Reader::new(&text, &marks, self.script);
            inner.depth = self.depth + self.nesting + 1;
            inner.backticks = self.backticks + 1;
            inner.all();
        }
        true
    }
}

/// A word in the making.
#[derive(Default)]
struct Draftword {
    text: String,
    quoted: bool,
    has_expansion: bool,
    marks: Marks,
    /// Where the next character stands if nothing was dropped between.
    next: Option<usize>,
}

impl Draftword {
    /// Adds a character that stands at an offset of the reader's text.
    fn push(&mut self, reader: &Reader<'_, '_>, at: usize, c: char) {
        if self.next != Some(at) {
            let (line, column) = reader.place(at);
            self.marks.push(self.text.len(), "", line, column);
        }
        self.text.push(c);
        // Behind a line's end, and at the fragments of a continued line, columns start again at 1.
        let is_break = c == '\n' || self.text.len().is_multiple_of(128) || reader.marks.starts_at(at + c.len_utf8());
        self.next = (!is_break).then_some(at + c.len_utf8());
    }

    /// Adds what the reader has passed over since `from`, as written.
    fn expand(&mut self, reader: &Reader<'_, '_>, from: usize) {
        self.has_expansion = true;
        self.marks
            .copy(self.text.len(), reader.marks, reader.text, from..reader.at);
        self.text.push_str(&reader.text[from..reader.at]);
        self.next = None;
    }
}

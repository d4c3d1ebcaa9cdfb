//! Makes what builds and containers print safe to show: no control sequences, no endless lines.
//!
//! A learner's container may print anything, an escape sequence that retitles the terminal included. Nothing that
//! comes from an engine reaches a person without having been through here (the terminal of `shell` excepted, which is
//! theirs).

use std::collections::VecDeque;

/// Characters of a line that are kept.
const LINE_CHARS: usize = 4_000;
/// Bytes that are kept of a line that does not end.
const PENDING_BYTES: usize = 64 * 1024;
/// Lines of a log that are kept.
pub(super) const TAIL_LINES: usize = 40;
/// Lines that an [`Excerpt`] keeps of a log's beginning, and of its end.
const FIRST_LINES: usize = 100;
const LAST_LINES: usize = 300;

/// Returns one printed line without control sequences, cut at 4,000 characters.
///
/// Of a line that was overwritten by carriage returns (a progress bar) the last part is kept, as on a terminal.
pub(super) fn clean_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(['\r', '\n']);
    let last = text.rsplit('\r').find(|part| !part.is_empty()).unwrap_or("");
    let mut line = strip(last);
    if let Some((end, _)) = line.char_indices().nth(LINE_CHARS) {
        line.truncate(end);
    }
    line
}

/// Returns a message of an engine as one line.
pub(super) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    clean_line(words.join(" ").as_bytes())
}

/// Returns a text of several lines without control sequences, at most so many bytes of it.
pub(super) fn clean_text(bytes: &[u8], most: usize) -> String {
    let bytes = bytes.get(..most).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| strip(line.trim_end_matches('\r')))
        .collect();
    lines.join("\n")
}

/// Takes out what a terminal would act on: escape sequences (ECMA-48: CSI, OSC and the other strings), the C0 and C1
/// controls, and Unicode's marks that reverse the reading direction. A tab becomes a blank.
fn strip(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\u{1b}' => match chars.next() {
                Some('[') => skip_control_sequence(&mut chars),
                Some(']' | 'P' | 'X' | '^' | '_') => skip_string(&mut chars),
                // An escape with intermediate bytes, such as a choice of character set.
                Some(' '..='/') => {
                    while chars.next_if(|next| (' '..='/').contains(next)).is_some() {}
                    chars.next();
                }
                _ => {}
            },
            '\u{9b}' => skip_control_sequence(&mut chars),
            '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => skip_string(&mut chars),
            '\t' => out.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// Skips the rest of a CSI sequence: parameters and intermediates, then one final byte.
fn skip_control_sequence(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while chars.next_if(|next| (' '..='?').contains(next)).is_some() {}
    chars.next_if(|next| ('@'..='~').contains(next));
}

/// Skips the rest of an OSC, DCS, SOS, PM or APC string, which BEL or ST ends.
fn skip_string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(next) = chars.next() {
        match next {
            '\u{7}' | '\u{9c}' => return,
            '\u{1b}' => {
                chars.next_if_eq(&'\\');
                return;
            }
            _ => {}
        }
    }
}

/// Puts lines together from pieces as they arrive: pieces are not lines.
#[derive(Debug, Default)]
pub(super) struct LineBuffer {
    pending: Vec<u8>,
}

impl LineBuffer {
    /// Takes a piece and returns the lines that it completes, cleaned.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.hold(&rest[..end]);
            lines.push(clean_line(&self.pending));
            self.pending.clear();
            rest = &rest[end + 1..];
        }
        self.hold(rest);
        lines
    }

    /// Returns the last line when it had no end.
    pub(super) fn finish(&mut self) -> Option<String> {
        let pending = std::mem::take(&mut self.pending);
        (!pending.is_empty()).then(|| clean_line(&pending))
    }

    /// Keeps a piece of an unfinished line, within bounds: what a carriage return overwrites goes first.
    fn hold(&mut self, piece: &[u8]) {
        let most = PENDING_BYTES.saturating_sub(self.pending.len());
        if piece.len() <= most {
            self.pending.extend_from_slice(piece);
            return;
        }
        let overwrites = piece.iter().rposition(|byte| *byte == b'\r');
        if let Some(at) = overwrites.filter(|at| at + 1 < piece.len()) {
            self.pending.clear();
            let kept = &piece[at + 1..];
            self.pending.extend_from_slice(&kept[..kept.len().min(PENDING_BYTES)]);
        } else {
            self.pending.extend_from_slice(&piece[..most]);
        }
    }
}

/// The last lines of a log.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail {
    lines: VecDeque<String>,
}

impl Tail {
    /// Adds a line and lets go of the oldest when there are too many.
    pub(super) fn push(&mut self, line: String) {
        self.push_within(TAIL_LINES, line);
    }

    fn push_within(&mut self, most: usize, line: String) {
        if self.lines.len() == most {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The lines, oldest first.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines.into()
    }
}

/// The first and the last lines of a log: what happened is told at its end, and often where it begins too.
#[derive(Debug, Clone, Default)]
pub(super) struct Excerpt {
    first: Vec<String>,
    last: Tail,
}

impl Excerpt {
    /// Adds a line and lets go of one in the middle when there are too many.
    pub(super) fn push(&mut self, line: String) {
        if self.first.len() < FIRST_LINES {
            self.first.push(line);
        } else {
            self.last.push_within(LAST_LINES, line);
        }
    }

    /// The lines, oldest first.
    pub(super) fn into_lines(self) -> Vec<String> {
        let mut lines = self.first;
        lines.extend(self.last.lines);
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_sequences_are_taken_out() {
        let cases: &[(&str, &str)] = &[
            ("plain", "plain"),
            ("\u{1b}[91mred\u{1b}[0m", "red"),
            ("\u{1b}]0;title\u{7}after", "after"),
            ("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{1b}Pq#0\u{1b}\\x", "x"),
            ("\u{1b}(Bx", "x"),
            ("\u{1b}7x\u{1b}8", "x"),
            ("a\u{9b}31mb", "ab"),
            ("a\tb\u{8}c\u{7f}", "a bc"),
            ("10%\r50%\r100%", "100%"),
            ("50%\r100%\r", "100%"),
            ("dos\r\n", "dos"),
            ("\u{1b}[", ""),
            ("\u{1b}", ""),
            ("a\u{202e}b", "ab"),
            ("größe ✓", "größe ✓"),
        ];
        for (printed, shown) in cases {
            assert_eq!(clean_line(printed.as_bytes()), *shown, "{printed:?}");
        }
    }

    #[test]
    fn wrong_utf8_is_shown_as_such() {
        assert_eq!(clean_line(b"a\xffb"), "a\u{fffd}b");
    }

    #[test]
    fn lines_are_cut() {
        assert_eq!(clean_line("ä".repeat(9_000).as_bytes()).chars().count(), LINE_CHARS);
    }

    #[test]
    fn a_body_keeps_its_long_lines() {
        let body = format!("{{\n{}\u{1b}[1m}}", "x".repeat(5_000));
        assert_eq!(
            clean_text(body.as_bytes(), 65_536),
            format!("{{\n{}}}", "x".repeat(5_000))
        );
        assert_eq!(clean_text(b"abcdef", 3), "abc");
    }

    #[test]
    fn pieces_become_lines() {
        let mut buffer = LineBuffer::default();
        assert_eq!(buffer.push(b"a\nb"), ["a"]);
        assert_eq!(buffer.push(b"c\n\nd"), ["bc", ""]);
        assert_eq!(buffer.finish().as_deref(), Some("d"));
        assert_eq!(buffer.finish(), None);
    }

    #[test]
    fn an_endless_line_stays_small() {
        let mut buffer = LineBuffer::default();
        for _ in 0..1_000 {
            assert!(buffer.push(&[b'x'; 4_096]).is_empty());
        }
        assert!(buffer.pending.len() <= PENDING_BYTES);
        assert!(buffer.push(b"\rlast").is_empty());
        assert_eq!(buffer.finish().as_deref(), Some("last"));
    }

    #[test]
    fn a_tail_keeps_the_last_lines() {
        let mut tail = Tail::default();
        for number in 0..100 {
            tail.push(number.to_string());
        }
        let lines = tail.into_lines();
        assert_eq!((lines.len(), lines[0].as_str()), (TAIL_LINES, "60"));
    }

    #[test]
    fn an_excerpt_keeps_the_first_and_the_last_lines() {
        let mut excerpt = Excerpt::default();
        for number in 0..1_000 {
            excerpt.push(number.to_string());
        }
        let lines = excerpt.into_lines();
        assert_eq!(lines.len(), FIRST_LINES + LAST_LINES);
        assert_eq!([&lines[99], &lines[100], &lines[399]], ["99", "700", "999"]);
    }
}

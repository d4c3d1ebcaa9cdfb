//! What builds and containers print, made fit for a terminal: no control sequences, bounded, UTF-8.

/// The longest line that is kept, in characters.
const LINE_LIMIT: usize = 4000;

/// A text without control sequences: escape sequences (CSI, OSC and their like) and control characters are taken out,
/// tabs become blanks, line ends stay. Of a line that was overwritten with carriage returns the last text stays.
pub fn clean(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    let mut line = String::new();
    let mut chars = text.chars().peekable();
    let mut width = 0;
    while let Some(c) = chars.next() {
        match c {
            '\n' => {
                out.push_str(&line);
                out.push('\n');
                line.clear();
                width = 0;
            }
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    line.clear();
                    width = 0;
                }
            }
            '\u{1b}' => escape(&mut chars),
            '\u{9b}' => control_sequence(&mut chars),
            '\u{9d}' | '\u{90}' => string_sequence(&mut chars),
            '\t' => line.push(' '),
            c if c.is_control() || is_bidi(c) => {}
            c => {
                width += 1;
                if width <= LINE_LIMIT {
                    line.push(c);
                }
            }
        }
    }
    out.push_str(&line);
    out
}

/// Characters that turn the reading direction, with which a text can look like another one.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match chars.next() {
        Some('[') => control_sequence(chars),
        Some(']' | 'P' | 'X' | '^' | '_') => string_sequence(chars),
        Some(' '..='/') => {
            chars.next();
        }
        _ => {}
    }
}

/// Up to its final byte, `@` to `~`.
fn control_sequence(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(&c) = chars.peek() {
        if c == '\n' {
            return;
        }
        chars.next();
        if ('@'..='~').contains(&c) {
            return;
        }
    }
}

/// Up to BEL or ESC `\`.
fn string_sequence(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(&c) = chars.peek() {
        if c == '\n' {
            return;
        }
        chars.next();
        match c {
            '\u{7}' | '\u{9c}' => return,
            '\u{1b}' => {
                chars.next_if_eq(&'\\');
                return;
            }
            _ => {}
        }
    }
}

/// Puts chunks together to lines, however they were cut.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// Adds a chunk; returns the lines that are whole now, cleaned.
    pub(super) fn add(&mut self, chunk: &[u8]) -> Vec<String> {
        self.rest.extend_from_slice(chunk);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            // A line without an end must not grow for ever.
            if self.rest.len() > 64 * 1024 {
                return self.end();
            }
            return Vec::new();
        };
        let whole: Vec<u8> = self.rest.drain(..=end).collect();
        clean(&whole).lines().map(str::to_owned).collect()
    }

    /// The line that has no end.
    pub(super) fn end(&mut self) -> Vec<String> {
        let rest = std::mem::take(&mut self.rest);
        clean(&rest).lines().map(str::to_owned).collect()
    }
}

/// The last lines of something that may be long.
#[derive(Debug, Default, Clone)]
pub(super) struct Tail {
    lines: std::collections::VecDeque<String>,
}

impl Tail {
    /// How many lines are kept.
    const KEPT: usize = 40;

    pub(super) fn add(&mut self, line: String) {
        if self.lines.len() == Self::KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    pub(super) fn into_vec(self) -> Vec<String> {
        self.lines.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_sequences_do_not_reach_a_terminal() {
        let cases: &[(&[u8], &str)] = &[
            (b"\x1b[91mred\x1b[0m", "red"),
            (b"\x1b]0;title\x07after", "after"),
            (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            (b"10%\r50%\r100%\nnext", "100%\nnext"),
            (b"a\r\nb", "a\nb"),
            (b"a\x08\x07\x00b\tc", "ab c"),
            (b"\xff\xfe", "\u{fffd}\u{fffd}"),
            ("\u{9b}31mx\u{202e}y".as_bytes(), "xy"),
            (b"\x1bPq\nrest", "\nrest"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(clean(bytes), *expected);
        }
        assert_eq!(clean("x".repeat(10_000).as_bytes()).len(), LINE_LIMIT);
    }

    #[test]
    fn chunks_become_lines() {
        let mut lines = Lines::default();
        assert!(lines.add(b"a").is_empty());
        assert_eq!(lines.add(b"b\nc"), ["ab"]);
        assert_eq!(lines.end(), ["c"]);
    }
}

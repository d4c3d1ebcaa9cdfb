//! What a terminal is sent: text, and our own styling.
//!
//! Text of Dockerfiles, file names, courses, settings and arguments is printed all over the program, and any of it may hold
//! sequences that retitle a terminal, move its cursor or turn the reading direction. So everything goes through
//! [`CleanWriter`] at the very end, and new code cannot forget it: `clippy.toml` allows the process's own streams nowhere
//! else. Control characters become visible signs, as rustc prints them.
//!
//! Our own styling is told from theirs by a number that nobody outside this process can know: [`styled`] puts it into its
//! sequences, and what has it is sent on without it.

use std::{
    borrow::Cow,
    io::{self, Write},
    sync::OnceLock,
};

/// How long one of our own sequences is at most, in bytes.
const LONGEST: usize = 48;

/// How our own sequences begin.
fn beginning() -> &'static str {
    static BEGINNING: OnceLock<String> = OnceLock::new();
    BEGINNING.get_or_init(|| {
        use std::hash::{BuildHasher, Hasher};
        // Its keys come from the system's randomness.
        let number = std::hash::RandomState::new().build_hasher().finish();
        // Readers of such sequences, `console` among them, take numbers of four digits at most.
        let mut beginning = "\u{1b}[".to_owned();
        for shift in [0, 16, 32, 48] {
            beginning.push_str(&format!("{};", 1000 + (number >> shift & 0xffff) % 9000));
        }
        beginning
    })
}

/// A text between the sequence of these SGR codes and one that ends it. Texts in it may be styled themselves.
pub fn styled(codes: &str, text: impl std::fmt::Display) -> String {
    let beginning = beginning();
    format!("{beginning}{codes}m{text}{beginning}0m")
}

/// Whether a terminal would act on this character, or read what follows in another direction.
fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What is shown in a character's place.
fn shown(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        c if is_active(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// A whole text as a terminal may be sent it.
pub fn text(text: &str) -> String {
    let mut cleaner = Cleaner::default();
    let mut out = cleaner.push(text.as_bytes());
    out.push_str(&cleaner.finish());
    out
}

/// JSON in which such characters are escaped where JSON itself would leave them as they are: they can be in strings alone.
pub fn json(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_active(c) && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_active(c) && c != '\n' {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Cleans text as it arrives, in pieces that may end anywhere.
#[derive(Debug, Default)]
struct Cleaner {
    /// What cannot be judged before more of it is there: the beginning of a character, or of a sequence.
    pending: Vec<u8>,
}

impl Cleaner {
    fn push(&mut self, piece: &[u8]) -> String {
        let mut bytes = std::mem::take(&mut self.pending);
        bytes.extend_from_slice(piece);
        let mut out = String::with_capacity(bytes.len());
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    let left = clean(text, &mut out);
                    self.pending = left.as_bytes().to_vec();
                    break;
                }
                Err(error) => {
                    let (valid, wrong) = rest.split_at(error.valid_up_to());
                    let left = clean(std::str::from_utf8(valid).unwrap_or_default(), &mut out);
                    let Some(length) = error.error_len() else {
                        // A character that goes on in the next piece.
                        self.pending = [left.as_bytes(), wrong].concat();
                        break;
                    };
                    finish(left, &mut out);
                    out.push(char::REPLACEMENT_CHARACTER);
                    rest = &wrong[length..];
                }
            }
        }
        out
    }

    fn finish(&mut self) -> String {
        let pending = std::mem::take(&mut self.pending);
        let mut out = String::new();
        finish(&String::from_utf8_lossy(&pending), &mut out);
        out
    }
}

/// Shows a text of which no more comes.
fn finish(text: &str, out: &mut String) {
    out.extend(text.chars().map(shown));
}

/// Cleans a text and returns its end where that may go on.
fn clean<'a>(mut text: &'a str, out: &mut String) -> &'a str {
    while let Some(at) = text.find(|c: char| is_active(c) && !matches!(c, '\n' | '\t')) {
        out.push_str(&text[..at]);
        text = &text[at..];
        let is_short = text.len() < LONGEST;
        if let Some(codes) = text.strip_prefix(beginning()) {
            let length = codes
                .bytes()
                .take_while(|byte| byte.is_ascii_digit() || *byte == b';')
                .count();
            match codes.as_bytes().get(length) {
                Some(b'm') if length < LONGEST => {
                    out.push_str("\u{1b}[");
                    out.push_str(&codes[..=length]);
                    text = &codes[length + 1..];
                    continue;
                }
                None if is_short => return text,
                _ => {}
            }
        } else if is_short && (beginning().starts_with(text) || text == "\r") {
            return text;
        }
        let mut chars = text.chars();
        let first = chars.next().unwrap_or_default();
        text = chars.as_str();
        // A line's end as Windows writes it.
        if first == '\r' && text.starts_with('\n') {
            continue;
        }
        out.push(shown(first));
    }
    out.push_str(text);
    ""
}

/// Cleans what is written to a writer.
#[derive(Debug)]
pub struct CleanWriter<W: Write> {
    inner: W,
    cleaner: Cleaner,
}

impl<W: Write> CleanWriter<W> {
    /// Writes to this writer.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            cleaner: Cleaner::default(),
        }
    }
}

impl<W: Write> Write for CleanWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = self.cleaner.push(bytes);
        self.inner.write_all(text.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: Write> Drop for CleanWriter<W> {
    fn drop(&mut self) {
        let text = self.cleaner.finish();
        // A closed stream is no reason to complain on the way out.
        self.inner.write_all(text.as_bytes()).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_act_on_becomes_visible() {
        for (given, expected) in [
            ("plain größe ✓ \u{a0}\u{202f}", "plain größe ✓ \u{a0}\u{202f}"),
            ("a\tb\nc", "a\tb\nc"),
            ("dos\r\nline", "dos\nline"),
            ("over\rwritten", "over␍written"),
            ("\u{1b}[31mred", "␛[31mred"),
            ("\u{1b}]0;title\u{7}", "␛]0;title␇"),
            ("\u{9b}31m\u{85}", "\u{fffd}31m\u{fffd}"),
            ("a\u{202e}b\u{2066}c\u{200f}", "a\u{fffd}b\u{fffd}c\u{fffd}"),
            ("\u{7f}\u{0}", "␡␀"),
            ("\u{1b}", "␛"),
            ("\u{1b}[123;31mx", "␛[123;31mx"),
        ] {
            assert_eq!(text(given), expected, "{given:?}");
        }
    }

    #[test]
    fn our_own_styling_goes_through() {
        let own = styled("1;32", format!("good {}", styled("36", "\u{1b}[31mcode")));
        assert_eq!(text(&own), "\u{1b}[1;32mgood \u{1b}[36m␛[31mcode\u{1b}[0m\u{1b}[0m");
        assert_eq!(console::measure_text_width(&own), "good code".len());
    }

    #[test]
    fn pieces_may_end_anywhere() {
        let whole = format!("{}\r\nä\u{1b}[31m\u{202e}ö{}", styled("1", "x"), styled("2;3", "\r"));
        let expected = text(&whole);
        for size in 1..40 {
            let mut written = Vec::new();
            {
                let mut writer = CleanWriter::new(&mut written);
                for piece in whole.as_bytes().chunks(size) {
                    writer.write_all(piece).unwrap();
                }
            }
            assert_eq!(String::from_utf8(written).unwrap(), expected, "{size}");
        }
    }

    #[test]
    fn what_is_no_utf8_is_shown_as_such() {
        let mut written = Vec::new();
        CleanWriter::new(&mut written).write_all(b"a\xff\x1bb\xc3").unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), "a\u{fffd}␛b\u{fffd}");
    }

    #[test]
    fn nothing_is_held_back_without_bound() {
        let mut cleaner = Cleaner::default();
        for _ in 0..100 {
            cleaner.push(b"\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1");
            assert!(cleaner.pending.len() < LONGEST);
        }
        cleaner.push(beginning().as_bytes());
        for _ in 0..100 {
            cleaner.push(b"1;1;1;1;1;1");
            assert!(cleaner.pending.len() < 2 * LONGEST);
        }
    }

    #[test]
    fn json_says_the_same_with_escapes() {
        let value = serde_json::json!({"a": "\u{202e}x\u{9b}\u{7f}\u{1b}é"});
        let text = serde_json::to_string_pretty(&value).unwrap();
        let escaped = json(&text);
        assert!(!escaped.chars().any(|c| is_active(c) && c != '\n'), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }
}

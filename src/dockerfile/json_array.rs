//! The JSON form of arguments: `["uvicorn", "app"]`.

/// How deep arrays and objects may stand in each other before a text counts as no JSON.
const DEEPEST: usize = 64;

/// What a text is as a JSON array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    /// Not an array that decodes; it is taken as plain text.
    No,
    /// An array with something else than strings, which BuildKit refuses.
    NotStrings,
    /// Strings, each with the byte offset of its first character.
    Strings(Vec<(String, usize)>),
}

/// Reads a JSON array of strings. The whole text must be one, as in BuildKit from Dockerfile 1.9 on; before that
/// it did not look at what follows the closing bracket.
pub(super) fn json_strings(text: &str) -> Json {
    let start = text.len() - text.trim_start().len();
    let mut reader = Reader { text, at: start };
    if !reader.eat(b'[') {
        return Json::No;
    }
    let mut strings = Vec::new();
    let mut only_strings = true;
    reader.blanks();
    if !reader.eat(b']') {
        loop {
            reader.blanks();
            let offset = reader.at + 1;
            if reader.peek() == Some(b'"') {
                match reader.string() {
                    Some(string) => strings.push((string, offset)),
                    None => return Json::No,
                }
            } else {
                only_strings = false;
                if reader.value(0).is_none() {
                    return Json::No;
                }
            }
            reader.blanks();
            if reader.eat(b']') {
                break;
            }
            if !reader.eat(b',') {
                return Json::No;
            }
        }
    }
    reader.blanks();
    if reader.at < text.len() {
        return Json::No;
    }
    if only_strings {
        Json::Strings(strings)
    } else {
        Json::NotStrings
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Passes over any value.
    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        self.blanks();
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'[' => self.members(b']', depth, false),
            b'{' => self.members(b'}', depth, true),
            _ => {
                let start = self.at;
                while self
                    .peek()
                    .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
                {
                    self.at += 1;
                }
                let word = self.text.get(start..self.at)?;
                (matches!(word, "true" | "false" | "null") || is_number(word)).then_some(())
            }
        }
    }

    fn members(&mut self, close: u8, depth: usize, named: bool) -> Option<()> {
        self.at += 1;
        self.blanks();
        if self.eat(close) {
            return Some(());
        }
        loop {
            if named {
                self.blanks();
                self.string()?;
                self.blanks();
                if !self.eat(b':') {
                    return None;
                }
            }
            self.value(depth + 1)?;
            self.blanks();
            if self.eat(close) {
                return Some(());
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.eat(b'"') {
            return None;
        }
        let mut decoded = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let stop = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ')?;
            decoded.push_str(rest.get(..stop)?);
            self.at += stop;
            if self.eat(b'"') {
                return Some(decoded);
            }
            if !self.eat(b'\\') {
                return None;
            }
            let escaped = self.peek()?;
            self.at += 1;
            decoded.push(match escaped {
                b'"' | b'\\' | b'/' => char::from(escaped),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                _ => return None,
            });
        }
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        if self.eat(b'\\') && self.eat(b'u') {
            let second = self.hex()?;
            if (0xDC00..0xE000).contains(&second) {
                return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
        }
        self.at = before;
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let whole = digits.split(['.', 'e', 'E']).next().unwrap_or_default();
    !whole.is_empty()
        && whole.bytes().all(|byte| byte.is_ascii_digit())
        && (whole == "0" || !whole.starts_with('0'))
        && word.parse::<f64>().is_ok()
        && !digits.ends_with('.')
        && !digits.contains(".e")
        && !digits.contains(".E")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Option<Vec<String>> {
        match json_strings(text) {
            Json::Strings(found) => Some(found.into_iter().map(|(string, _)| string).collect()),
            Json::No | Json::NotStrings => None,
        }
    }

    #[test]
    fn a_json_array_of_strings_is_the_exec_form() {
        for (text, expected) in [
            (r#"["a","b c"]"#, vec!["a", "b c"]),
            (r#"  [ "a" , "\u00e9\n\"" ]  "#, vec!["a", "é\n\""]),
            ("[]", vec![]),
            (r#"["\ud83d\ude00"]"#, vec!["😀"]),
        ] {
            assert_eq!(strings(text).unwrap(), expected, "{text}");
        }
        for text in [
            "a",
            "['a']",
            r#"["a""#,
            r#"["a",]"#,
            r#"["a"] x"#,
            r#"["\x"]"#,
            "",
            "[",
            r#"["a" "b"]"#,
            "[ -f x ]",
        ] {
            assert_eq!(json_strings(text), Json::No, "{text}");
        }
        for text in [r#"["a", 1]"#, "[null]", "[[]]", r#"[{"a": [1.5e3, true]}]"#] {
            assert_eq!(json_strings(text), Json::NotStrings, "{text}");
        }
        assert_eq!(json_strings(&"[".repeat(100_000)), Json::No);
    }

    #[test]
    fn json_strings_know_where_they_stand() {
        assert_eq!(
            json_strings(r#"["a", "bc"]"#),
            Json::Strings(vec![("a".to_owned(), 2), ("bc".to_owned(), 7)])
        );
    }
}

//! Arguments split at blanks, with and without regard to quotes.

/// What the parser takes for a blank between words.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// The words between blanks, each with its byte offset.
pub(super) fn blank_words(text: &str) -> Vec<(String, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (is_blank(c), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                words.push((text[from..at].to_owned(), from));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        words.push((text[from..].to_owned(), from));
    }
    words
}

/// The words between blanks, where quotes and the escape character keep blanks; both stay in the words.
pub(super) fn quoted_words(text: &str, escape: char) -> Vec<(String, usize)> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut start = None;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if quote.is_none() && c.is_whitespace() {
            if let Some(from) = start.take() {
                words.push((std::mem::take(&mut word), from));
            }
            continue;
        }
        start.get_or_insert(at);
        if c == escape && quote != Some('\'') {
            // An escape at the very end escapes nothing and is dropped.
            if let Some((_, escaped)) = characters.next() {
                word.push(c);
                word.push(escaped);
            }
            continue;
        }
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            _ => {}
        }
        word.push(c);
    }
    if let Some(from) = start
        && !word.is_empty()
    {
        words.push((word, from));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_keep_blanks_together() {
        for (text, expected) in [
            (r#"a=1 b="x y"  c='z w'"#, vec!["a=1", r#"b="x y""#, "c='z w'"]),
            (r"a=x\ y b", vec![r"a=x\ y", "b"]),
            (r#"a="x\" y" b"#, vec![r#"a="x\" y""#, "b"]),
            (r#""" b"#, vec![r#""""#, "b"]),
            (r"a\", vec!["a"]),
            ("", vec![]),
        ] {
            let found: Vec<String> = quoted_words(text, '\\').into_iter().map(|(word, _)| word).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}

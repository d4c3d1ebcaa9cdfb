//! Words as BuildKit splits them: at blanks outside quotes, quotes and escapes kept.

/// Splits at blanks that are neither quoted nor escaped; each word with its byte offset, quotes kept.
pub(super) fn split(text: &str, escape: char) -> Vec<(usize, String)> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut start = 0;
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if word.is_empty() {
            start = at;
        }
        match quote {
            None if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push((start, std::mem::take(&mut word)));
                }
                continue;
            }
            None if c == '\'' || c == '"' => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ if c == escape && quote != Some('\'') => {
                word.push(c);
                if let Some((_, next)) = chars.next() {
                    word.push(next);
                }
                continue;
            }
            _ => {}
        }
        word.push(c);
    }
    if !word.is_empty() {
        words.push((start, word));
    }
    words
}

/// The strings of a JSON array that the text begins with; none when it is none. Text after the closing bracket is
/// passed over, as BuildKit does.
pub(super) fn json_array(text: &str) -> Option<Vec<String>> {
    let text = text.trim_start();
    if !text.starts_with('[') {
        return None;
    }
    serde_json::Deserializer::from_str(text).into_iter::<Vec<String>>().next()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_hold_a_word_together() {
        let texts = |text| split(text, '\\').into_iter().map(|(_, word)| word).collect::<Vec<_>>();
        assert_eq!(texts(r#"a="b c" d\ e 'f g'"#), [r#"a="b c""#, r"d\ e", "'f g'"]);
        assert_eq!(texts(""), [""; 0]);
    }

    #[test]
    fn an_array_is_exec_form_only_when_all_are_strings() {
        assert_eq!(json_array(r#"["a", "b"] x"#), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(json_array("[]"), Some(vec![]));
        assert_eq!(json_array(r#"["a", 1]"#), None);
        assert_eq!(json_array("['a']"), None);
    }
}

//! Variables, quotes and escapes in an instruction's arguments, as BuildKit's own small shell reads them.
//!
//! Only ADD, ARG, COPY, ENV, EXPOSE, FROM, LABEL, STOPSIGNAL, USER, VOLUME and WORKDIR are read so; what RUN, CMD and
//! ENTRYPOINT do is left to the shell in the image.

use std::collections::{BTreeMap, BTreeSet};

use super::shell_pattern::{replaced, trimmed};

/// How deep `${a:-${b:-…}}` is followed.
const DEEPEST: usize = 32;

/// How much longer than itself a word may become.
const LARGEST: usize = 64 * 1024;

/// What is done with quotes, escapes and unknown names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// Keep the quotes.
    pub raw_quotes: bool,
    /// Keep the escape characters.
    pub raw_escapes: bool,
    /// Leave a reference to a name that is not set as it is.
    pub keep_unset: bool,
}

/// A text after substitution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Substituted {
    /// The text, blanks included.
    pub text: String,
    /// The words that blanks separate after substitution.
    pub words: Vec<String>,
    /// Names that were looked up and set.
    pub found: BTreeSet<String>,
    /// Names that were looked up and not set.
    pub unset: BTreeSet<String>,
}

/// Substitutes the variables of a text.
///
/// # Errors
/// When docker would refuse it: what is wrong, as a lower-case fragment.
pub fn substitute(
    text: &str,
    escape: char,
    values: &BTreeMap<String, String>,
    rules: Rules,
) -> Result<Substituted, String> {
    let mut lexer = Lexer {
        characters: text.chars().peekable(),
        escape,
        values,
        rules,
        depth: 0,
        limit: text.len().saturating_add(LARGEST),
        found: BTreeSet::new(),
        unset: BTreeSet::new(),
    };
    let (text, words) = lexer.until(None, rules.raw_escapes)?;
    Ok(Substituted {
        text,
        words,
        found: lexer.found,
        unset: lexer.unset,
    })
}

struct Lexer<'a> {
    characters: std::iter::Peekable<std::str::Chars<'a>>,
    escape: char,
    values: &'a BTreeMap<String, String>,
    rules: Rules,
    depth: usize,
    limit: usize,
    found: BTreeSet<String>,
    unset: BTreeSet<String>,
}

/// Words in the making.
#[derive(Default)]
struct Words {
    word: String,
    finished: Vec<String>,
    inside: bool,
}

impl Words {
    /// A character outside quotes: a blank ends the word.
    fn add(&mut self, c: char) {
        if !c.is_whitespace() {
            self.add_raw(c);
        } else if self.inside && !self.word.is_empty() {
            self.finished.push(std::mem::take(&mut self.word));
            self.inside = false;
        }
    }

    fn add_raw(&mut self, c: char) {
        self.word.push(c);
        self.inside = true;
    }

    fn finish(mut self) -> Vec<String> {
        if !self.word.is_empty() {
            self.finished.push(self.word);
        }
        self.finished
    }
}

impl Lexer<'_> {
    fn until(&mut self, stop: Option<char>, raw_escapes: bool) -> Result<(String, Vec<String>), String> {
        let mut text = String::new();
        let mut words = Words::default();
        while let Some(c) = self.characters.peek().copied() {
            if text.len() > self.limit {
                return Err(say!("it becomes too long").to_owned());
            }
            if Some(c) == stop {
                self.characters.next();
                return Ok((text, words.finish()));
            }
            match c {
                '$' => {
                    let value = self.dollar()?;
                    value.chars().for_each(|c| words.add(c));
                    text.push_str(&value);
                }
                '\'' | '"' => {
                    let value = if c == '"' {
                        self.double_quoted(raw_escapes)?
                    } else {
                        self.single_quoted()?
                    };
                    words.word.push_str(&value);
                    words.inside = true;
                    text.push_str(&value);
                }
                _ => {
                    self.characters.next();
                    if c != self.escape {
                        words.add(c);
                        text.push(c);
                        continue;
                    }
                    if raw_escapes {
                        words.add_raw(c);
                        text.push(c);
                    }
                    let Some(escaped) = self.characters.next() else { break };
                    words.add_raw(escaped);
                    text.push(escaped);
                }
            }
        }
        match stop {
            Some(stop) => Err(say!("`{stop}` is missing"; stop)),
            None => Ok((text, words.finish())),
        }
    }

    fn single_quoted(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let quote = self.characters.next().filter(|_| self.rules.raw_quotes);
        text.extend(quote);
        for c in self.characters.by_ref() {
            if c == '\'' {
                text.extend(quote);
                return Ok(text);
            }
            text.push(c);
        }
        Err(say!("a single quote is not closed").to_owned())
    }

    fn double_quoted(&mut self, raw_escapes: bool) -> Result<String, String> {
        let mut text = String::new();
        let quote = self.characters.next().filter(|_| self.rules.raw_quotes);
        text.extend(quote);
        loop {
            if text.len() > self.limit {
                return Err(say!("it becomes too long").to_owned());
            }
            match self.characters.peek().copied() {
                None => return Err(say!("a double quote is not closed").to_owned()),
                Some('"') => {
                    self.characters.next();
                    text.extend(quote);
                    return Ok(text);
                }
                Some('$') => text.push_str(&self.dollar()?),
                Some(mut c) => {
                    self.characters.next();
                    if c == self.escape {
                        if raw_escapes {
                            text.push(c);
                        }
                        match self.characters.peek().copied() {
                            None => continue,
                            Some(next) if next == '"' || next == '$' || next == self.escape => {
                                self.characters.next();
                                c = next;
                            }
                            Some(_) if raw_escapes => continue,
                            Some(_) => {}
                        }
                    }
                    text.push(c);
                }
            }
        }
    }

    fn dollar(&mut self) -> Result<String, String> {
        self.characters.next();
        if self.characters.peek() != Some(&'{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return Ok(match self.value(&name) {
                None if self.rules.keep_unset => format!("${name}"),
                value => value.unwrap_or_default(),
            });
        }
        self.characters.next();
        if self.depth >= DEEPEST {
            return Err(say!("variables are nested too deeply").to_owned());
        }
        self.depth += 1;
        let value = self.braced();
        self.depth -= 1;
        value
    }

    /// What stands between the braces, the closing one included.
    fn braced(&mut self) -> Result<String, String> {
        match self.characters.peek() {
            None => return Err(say!("`}` is missing").to_owned()),
            Some('{' | '}' | ':') => return Err(say!("an invalid substitution").to_owned()),
            Some(_) => {}
        }
        let name = self.name();
        let mut operator = self.characters.next().ok_or(say!("`}` is missing"))?;
        let mut written = operator.to_string();
        if operator == '}' {
            return Ok(match self.value(&name) {
                None if self.rules.keep_unset => format!("${{{name}}}"),
                value => value.unwrap_or_default(),
            });
        }
        let empty_is_unset = operator == ':';
        if empty_is_unset {
            operator = self.characters.next().ok_or(say!("`}` is missing"))?;
            written.push(operator);
        }
        match operator {
            '+' | '-' | '?' | '#' | '%' => {
                let (word, _) = self.until(Some('}'), matches!(operator, '#' | '%'))?;
                let value = self.value(&name);
                if value.is_none() && self.rules.keep_unset {
                    return Ok(format!("${{{name}{written}{word}}}"));
                }
                let is_set = value
                    .as_ref()
                    .is_some_and(|value| !(empty_is_unset && value.is_empty()));
                match operator {
                    '-' => Ok(if is_set { value.unwrap_or_default() } else { word }),
                    '+' => Ok(if is_set { word } else { String::new() }),
                    '?' if is_set => Ok(value.unwrap_or_default()),
                    '?' if !word.is_empty() => Err(format!("{name}: {word}")),
                    '?' => Err(say!("{name} is not set"; name)),
                    _ => trimmed(&value.unwrap_or_default(), &word, operator),
                }
            }
            '/' if !empty_is_unset => {
                let all = self.characters.next_if_eq(&'/').is_some();
                let (pattern, _) = self.until(Some('/'), true)?;
                let (replacement, _) = self.until(Some('}'), true)?;
                match self.value(&name) {
                    None if self.rules.keep_unset => Ok(format!("${{{name}/{pattern}/{replacement}}}")),
                    value => replaced(&value.unwrap_or_default(), &pattern, &replacement, all),
                }
            }
            _ => Err(say!("the modifier `{written}` is not supported"; written)),
        }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.characters.peek().copied() {
            if name.is_empty() && c.is_numeric() {
                while let Some(digit) = self.characters.next_if(|c| c.is_numeric()) {
                    name.push(digit);
                }
                break;
            }
            if name.is_empty() && matches!(c, '@' | '*' | '#' | '?' | '-' | '$' | '!') {
                self.characters.next();
                name.push(c);
                break;
            }
            if !c.is_alphanumeric() && c != '_' {
                break;
            }
            self.characters.next();
            name.push(c);
        }
        name
    }

    fn value(&mut self, name: &str) -> Option<String> {
        let value = self.values.get(name).cloned();
        if value.is_some() {
            &mut self.found
        } else {
            &mut self.unset
        }
        .insert(name.to_owned());
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> BTreeMap<String, String> {
        [("name", "value"), ("empty", ""), ("path", "a.b.c"), ("two", "x y")]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    fn plain(text: &str) -> Result<String, String> {
        substitute(text, '\\', &values(), Rules::default()).map(|substituted| substituted.text)
    }

    #[test]
    fn variables_are_put_in_as_buildkit_does() {
        for (text, expected) in [
            ("$name", "value"),
            ("${name}", "value"),
            ("a${name}b$name-c", "avaluebvalue-c"),
            ("${none}", ""),
            ("${none:-d}", "d"),
            ("${none-d}", "d"),
            ("${empty:-d}", "d"),
            ("${empty-d}", ""),
            ("${name:+d}", "d"),
            ("${none:+d}", ""),
            ("${empty+d}", "d"),
            ("${none:-${name}}", "value"),
            ("${none:-'}'}", "}"),
            ("${path#*.}", "b.c"),
            ("${path##*.}", "c"),
            ("${path%.*}", "a.b"),
            ("${path%%.*}", "a"),
            ("${path#x}", "a.b.c"),
            ("${path/./-}", "a-b.c"),
            ("${path//./-}", "a-b-c"),
            ("${name:?missing}", "value"),
            ("'$name'", "$name"),
            ("\"$name\"", "value"),
            (r"\$name", "$name"),
            ("$1x", "x"),
            ("a$", "a$"),
            (r#""a\"b\c""#, r#"a"b\c"#),
            ("x\\", "x"),
        ] {
            assert_eq!(plain(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "${",
            "${}",
            "${:x}",
            "${name",
            "${name^^}",
            "${none:?}",
            "'a",
            "\"a",
            "${name#\\x}",
        ] {
            assert!(plain(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_are_split_after_substitution_but_not_in_quotes() {
        let found = substitute("$two \"$two\" z", '\\', &values(), Rules::default()).unwrap();
        assert_eq!(found.words, ["x", "y", "x y", "z"]);
        assert_eq!(found.found.into_iter().collect::<Vec<_>>(), ["two"]);
    }

    #[test]
    fn a_text_grows_no_more_than_a_limit_and_nesting_is_bounded() {
        let big = BTreeMap::from([("a".to_owned(), "x".repeat(LARGEST))]);
        assert!(substitute("$a$a$a$a", '\\', &big, Rules::default()).is_err());
        assert!(plain(&"${a:-".repeat(100_000)).is_err());
    }

    #[test]
    fn names_that_are_not_set_can_be_left_alone() {
        let rules = Rules {
            keep_unset: true,
            raw_quotes: true,
            raw_escapes: true,
        };
        let found = substitute(r#"${none:-d} "$none" \x '"'"#, '\\', &values(), rules).unwrap();
        assert_eq!(found.text, r#"${none:-d} "$none" \x '"'"#);
    }
}

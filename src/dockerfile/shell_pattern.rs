//! Shell patterns on a variable's value: `${name#pattern}`, `${name/pattern/replacement}` and their relatives.

/// How pattern letters times value letters are bounded in `${name#pattern}`.
const MOST_COMPARED: usize = 4_000_000;

/// A letter of a shell pattern; brackets mean themselves in BuildKit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    Any,
    Many,
    Is(char),
}

fn pattern(text: &str) -> Result<Vec<Letter>, String> {
    let mut letters = Vec::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        letters.push(match c {
            '*' => Letter::Many,
            '?' => Letter::Any,
            '\\' => match characters.next() {
                Some(c @ ('*' | '?' | '\\' | '}' | '/')) => Letter::Is(c),
                Some(c) => return Err(say!("the escape `\\{c}` in a pattern is not supported"; c)),
                None => return Err(say!("a pattern ends in the escape character").to_owned()),
            },
            c => Letter::Is(c),
        });
    }
    Ok(letters)
}

/// For each number of characters, whether that many of `value`'s first ones match the whole pattern.
fn matching_lengths(pattern: &[Letter], value: &[char]) -> Vec<bool> {
    let mut reached = vec![false; value.len() + 1];
    reached[0] = true;
    for letter in pattern {
        if *letter == Letter::Many {
            let mut seen = false;
            for place in &mut reached {
                seen |= *place;
                *place = seen;
            }
        } else {
            for index in (0..value.len()).rev() {
                let fits = *letter == Letter::Any || *letter == Letter::Is(value[index]);
                reached[index + 1] = reached[index] && fits;
            }
            reached[0] = false;
        }
    }
    reached
}

/// `${name#pattern}` and its three relatives; `word` starts with the second `#` or `%` of the greedy ones.
pub(super) fn trimmed(value: &str, word: &str, operator: char) -> Result<String, String> {
    let greedy = word.starts_with(operator);
    let mut letters = pattern(if greedy { &word[1..] } else { word })?;
    let mut characters: Vec<char> = value.chars().collect();
    if letters.len().saturating_mul(characters.len()) > MOST_COMPARED {
        return Err(say!("it is too long for a pattern").to_owned());
    }
    let from_end = operator == '%';
    if from_end {
        letters.reverse();
        characters.reverse();
    }
    let lengths = matching_lengths(&letters, &characters);
    let length = if greedy {
        lengths.iter().rposition(|matches| *matches)
    } else {
        lengths.iter().position(|matches| *matches)
    };
    characters.drain(..length.unwrap_or(0));
    if from_end {
        characters.reverse();
    }
    Ok(characters.into_iter().collect())
}

/// `${name/pattern/replacement}`, or with `//` in all places.
pub(super) fn replaced(value: &str, word: &str, replacement: &str, all: bool) -> Result<String, String> {
    let letters = pattern(word)?;
    let characters: Vec<char> = value.chars().collect();
    let work = letters
        .len()
        .saturating_mul(characters.len())
        .saturating_mul(characters.len());
    if work > MOST_COMPARED || characters.len().saturating_mul(replacement.len()) > MOST_COMPARED {
        return Err(say!("it is too long for a pattern").to_owned());
    }
    let mut text = String::new();
    let mut at = 0;
    while at <= characters.len() {
        let longest = matching_lengths(&letters, &characters[at..])
            .iter()
            .rposition(|matches| *matches);
        if let Some(length) = longest {
            text.push_str(replacement);
            at += length;
            if !all {
                break;
            }
            if length > 0 {
                continue;
            }
        }
        text.extend(characters.get(at));
        at += 1;
    }
    text.extend(characters.get(at..).unwrap_or_default());
    Ok(text)
}

//! Variables in an instruction's words, by the rules of BuildKit's `frontend/dockerfile/shell`.

/// Puts in variables and takes quotes off. A variable that `lookup` does not know is empty, as BuildKit has it.
pub(super) fn word(text: &str, escape: char, lookup: &dyn Fn(&str) -> Option<String>) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut position = 0;
    let mut out = String::with_capacity(text.len());
    process(&chars, &mut position, escape, lookup, &mut out, None, 0);
    out
}

/// How deep `${a:-${b:-…}}` may nest.
const DEPTH: usize = 16;

fn process(
    chars: &[char],
    position: &mut usize,
    escape: char,
    lookup: &dyn Fn(&str) -> Option<String>,
    out: &mut String,
    until: Option<char>,
    depth: usize,
) {
    let mut double = false;
    while let Some(&c) = chars.get(*position) {
        *position += 1;
        match c {
            c if Some(c) == until && !double => return,
            '\'' if !double => {
                while let Some(&c) = chars.get(*position) {
                    *position += 1;
                    if c == '\'' {
                        break;
                    }
                    out.push(c);
                }
            }
            '"' => double = !double,
            '$' => variable(chars, position, escape, lookup, out, depth),
            c if c == escape => match chars.get(*position) {
                Some(&next) if !double || matches!(next, '"' | '$') || next == escape => {
                    *position += 1;
                    out.push(next);
                }
                Some(_) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
}

fn variable(
    chars: &[char],
    position: &mut usize,
    escape: char,
    lookup: &dyn Fn(&str) -> Option<String>,
    out: &mut String,
    depth: usize,
) {
    if chars.get(*position) != Some(&'{') {
        let name = name(chars, position);
        if name.is_empty() {
            out.push('$');
        } else {
            out.push_str(&lookup(&name).unwrap_or_default());
        }
        return;
    }
    *position += 1;
    let name = name(chars, position);
    let value = lookup(&name);
    let mut operator = String::new();
    while let Some(&c) = chars.get(*position) {
        if !matches!(c, ':' | '-' | '+' | '?' | '#' | '%' | '/') || operator.len() == 2 {
            break;
        }
        if matches!(operator.as_str(), "-" | "+" | "?") || (operator.starts_with(':') && operator.len() == 2) {
            break;
        }
        operator.push(c);
        *position += 1;
    }
    let mut word = String::new();
    if depth < DEPTH {
        process(chars, position, escape, lookup, &mut word, Some('}'), depth + 1);
    } else {
        while chars.get(*position).is_some_and(|c| *c != '}') {
            *position += 1;
        }
        *position += 1;
    }
    let set = value.as_deref().is_some_and(|value| !value.is_empty());
    match operator.as_str() {
        ":-" if !set => out.push_str(&word),
        "-" if value.is_none() => out.push_str(&word),
        ":+" if set => out.push_str(&word),
        "+" if value.is_some() => out.push_str(&word),
        ":+" | "+" => {}
        "#" | "##" | "%" | "%%" => out.push_str(&trimmed(&value.unwrap_or_default(), &word, &operator)),
        "/" | "//" => {
            let value = value.unwrap_or_default();
            let (from, to) = word.split_once('/').unwrap_or((&word, ""));
            if from.is_empty() {
                out.push_str(&value);
            } else if operator == "/" {
                out.push_str(&value.replacen(from, to, 1));
            } else {
                out.push_str(&value.replace(from, to));
            }
        }
        _ => out.push_str(&value.unwrap_or_default()),
    }
}

fn name(chars: &[char], position: &mut usize) -> String {
    let mut name = String::new();
    while let Some(&c) = chars.get(*position) {
        let fits = c == '_' || c.is_ascii_alphabetic() || (c.is_ascii_digit() && !name.is_empty());
        if !fits {
            break;
        }
        name.push(c);
        *position += 1;
    }
    name
}

/// `${name#pattern}` and its like, for patterns of text and `*`.
fn trimmed(value: &str, pattern: &str, operator: &str) -> String {
    let mut ends: Vec<usize> = value.char_indices().map(|(at, _)| at).chain([value.len()]).collect();
    if matches!(operator, "##" | "%") {
        ends.reverse();
    }
    ends.truncate(4096);
    for at in ends {
        let (front, back) = value.split_at(at);
        if operator.starts_with('#') && wild(pattern.as_bytes(), front.as_bytes()) {
            return back.to_owned();
        }
        if operator.starts_with('%') && wild(pattern.as_bytes(), back.as_bytes()) {
            return front.to_owned();
        }
    }
    value.to_owned()
}

/// Whether a text matches a pattern of characters, `?` and `*`.
fn wild(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|c| *c == b'?' || *c == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((back, from)) = star {
            star = Some((back, from + 1));
            p = back + 1;
            t = from + 1;
        } else {
            return false;
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_put_in_as_buildkit_does() {
        let lookup = |name: &str| match name {
            "A" => Some("x.y.z".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let cases = [
            ("$A", "x.y.z"),
            ("${A}b", "x.y.zb"),
            ("'$A'", "$A"),
            ("\"$A\"", "x.y.z"),
            ("\\$A", "$A"),
            ("${B:-d}", "d"),
            ("${B-d}", "d"),
            ("${EMPTY:-d}", "d"),
            ("${EMPTY-d}", ""),
            ("${A:+d}", "d"),
            ("${B:+d}", ""),
            ("${B:-${A}}", "x.y.z"),
            ("${A#x.}", "y.z"),
            ("${A##*.}", "z"),
            ("${A%.*}", "x.y"),
            ("${A%%.*}", "x"),
            ("${A/y/b}", "x.b.z"),
            ("a\\ b", "a b"),
            ("$", "$"),
            ("${A", "x.y.z"),
        ];
        for (text, expected) in cases {
            assert_eq!(word(text, '\\', &lookup), expected, "{text}");
        }
    }
}

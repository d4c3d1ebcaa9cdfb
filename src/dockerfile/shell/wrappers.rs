//! Programs that merely start another one: `sudo`, `env`, `sh -c` and the like.

use super::command::{Shell, Word};

/// What a command's words start.
pub(super) enum Starts {
    /// The command at this index; the assignments before it were given to the program.
    Command {
        at: usize,
        assignments: Vec<(String, String)>,
    },
    /// The script in the word at this index.
    Script(usize),
    /// The words from the first argument on, joined, are a script.
    Joined,
    /// The script on its standard input.
    Input,
}

/// A program that takes options, then operands of its own, then a command.
struct Wrapper {
    name: &'static str,
    /// Options of one letter that take the next word.
    valued: &'static str,
    /// Long options that take the next word.
    long_valued: &'static [&'static str],
    /// Options that make it something else than a wrapper.
    other: &'static str,
    operands: usize,
    takes_assignments: bool,
}

const fn wrapper(name: &'static str, valued: &'static str, other: &'static str, operands: usize) -> Wrapper {
    Wrapper {
        name,
        valued,
        long_valued: &[],
        other,
        operands,
        takes_assignments: false,
    }
}

const WRAPPERS: [Wrapper; 13] = [
    Wrapper {
        takes_assignments: true,
        ..wrapper("sudo", "ughpCDRTUrt", "lvkKVe", 0)
    },
    Wrapper {
        takes_assignments: true,
        long_valued: &["--unset", "--chdir"],
        ..wrapper("env", "uC", "S", 0)
    },
    wrapper("exec", "a", "", 0),
    wrapper("command", "", "vV", 0),
    wrapper("builtin", "", "", 0),
    wrapper("time", "fo", "", 0),
    wrapper("nohup", "", "", 0),
    Wrapper {
        long_valued: &["--adjustment"],
        ..wrapper("nice", "n", "", 0)
    },
    wrapper("timeout", "sk", "", 1),
    wrapper("eatmydata", "", "", 0),
    wrapper("setsid", "", "", 0),
    wrapper("ionice", "cn", "pPu", 0),
    wrapper("stdbuf", "ioe", "", 0),
];

/// What these words start, when the first of them only starts something else.
pub(super) fn starts(words: &[Word], reads_heredoc: bool) -> Option<Starts> {
    let name = words.first()?.text.rsplit('/').next()?;
    if name == "eval" {
        return match words.len() {
            0 | 1 => None,
            2 => Some(Starts::Script(1)),
            _ => Some(Starts::Joined),
        };
    }
    if matches!(name, "su" | "runuser") {
        let at = words
            .iter()
            .position(|word| matches!(word.text.as_str(), "-c" | "--command"))?;
        return (at + 1 < words.len()).then_some(Starts::Script(at + 1));
    }
    if Shell::of(&[name]) == Shell::Posix {
        return shell(words, reads_heredoc);
    }
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let (at, assignments) = command_behind(&texts)?;
    Some(Starts::Command { at, assignments })
}

/// Where the command begins that these words start, when the first of them is a program that only starts another one,
/// such as `sudo` or `env`; and the assignments that stand before it.
pub fn command_behind(words: &[&str]) -> Option<(usize, Vec<(String, String)>)> {
    let name = words.first()?.rsplit('/').next()?;
    let wrapper = WRAPPERS.iter().find(|wrapper| wrapper.name == name)?;
    let mut at = 1;
    let mut assignments = Vec::new();
    let mut operands = wrapper.operands;
    while let Some(text) = words.get(at).copied() {
        if let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            at += 1;
            if letters == "-" {
                continue;
            }
            at += usize::from(wrapper.long_valued.contains(&text));
            let is_long = letters.starts_with('-');
            let last = letters.chars().last().unwrap_or('-');
            if !is_long && letters.contains(|c| wrapper.other.contains(c)) {
                return None;
            }
            // `-u root` takes the next word, `-uroot` does not.
            let first = letters.find(|c| wrapper.valued.contains(c));
            if !is_long && wrapper.valued.contains(last) && first == Some(letters.len() - last.len_utf8()) {
                at += 1;
            }
        } else if wrapper.takes_assignments && assignment(text).is_some() {
            assignments.extend(assignment(text));
            at += 1;
        } else if operands > 0 {
            operands -= 1;
            at += 1;
        } else {
            return Some((at, assignments));
        }
    }
    None
}

/// `sh -c script`, with other options before or after; or a script on standard input.
fn shell(words: &[Word], reads_heredoc: bool) -> Option<Starts> {
    let mut at = 1;
    let mut is_script = false;
    while let Some(letters) = words.get(at).and_then(|word| word.text.strip_prefix(['-', '+'])) {
        at += 1;
        if letters.starts_with('-') {
            continue;
        }
        is_script |= letters.contains('c');
        if letters.ends_with(['o', 'O']) {
            at += 1;
        }
    }
    if is_script {
        return (at < words.len()).then_some(Starts::Script(at));
    }
    (reads_heredoc && at >= words.len()).then_some(Starts::Input)
}

/// The name and value of `NAME=value`.
pub(super) fn assignment(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_have_a_name() {
        for (text, expected) in [
            ("A=b", true),
            ("a_1+=b", true),
            ("1=b", false),
            ("=b", false),
            ("a-b=c", false),
            ("ab", false),
        ] {
            assert_eq!(assignment(text).is_some(), expected, "{text}");
        }
    }
}

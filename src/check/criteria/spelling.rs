//! The same thing spelled in several ways.

use crate::dockerfile::Command;

/// A program's name without its folder.
pub(super) fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// Whether `words` begin with `wanted`, the first of them by its name without its folder;
/// `python -m uvicorn` counts as `uvicorn`.
pub(super) fn begins_with(words: &[String], wanted: &[String]) -> bool {
    let words = without_interpreter(words);
    wanted.iter().enumerate().all(|(index, want)| {
        words.get(index).is_some_and(|word| {
            if index == 0 {
                base_name(word) == want
            } else {
                word == want
            }
        })
    })
}

/// The words without `python -m` or `python -u -m` before a module.
pub(super) fn without_interpreter(words: &[String]) -> &[String] {
    if !is_python(words.first().map_or("", String::as_str)) {
        return words;
    }
    let flags = words.iter().skip(1).take_while(|word| word.starts_with('-')).count();
    match words.get(flags) {
        Some(last) if flags > 0 && last == "-m" => &words[flags + 1..],
        _ => words,
    }
}

/// `python`, `python3`, `python3.8`, `/usr/bin/python3`.
pub(super) fn is_python(program: &str) -> bool {
    let name = base_name(program);
    name.strip_prefix("python")
        .is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// The value of an option, in `--port 8000` and in `--port=8000`.
pub(super) fn option<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    // Given twice, the last one counts.
    words.iter().enumerate().rev().find_map(|(index, word)| {
        if word == name {
            words.get(index + 1).map(String::as_str)
        } else {
            word.strip_prefix(name)?.strip_prefix('=')
        }
    })
}

/// What a command installs with a package manager: its arguments without options, when it installs at all.
pub(super) fn installs(command: &Command, manager: Manager) -> Option<Vec<&str>> {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let (program, mut rest) = words.split_first()?;
    let name = base_name(program);
    match manager {
        Manager::Apt => {
            if !matches!(name, "apt" | "apt-get" | "aptitude") {
                return None;
            }
        }
        Manager::Pip => {
            if is_python(program) {
                let position = rest.windows(2).position(|pair| pair == ["-m", "pip"])?;
                rest = rest.get(position + 2..)?;
            } else if !(name.starts_with("pip") && name[3..].chars().all(|c| c.is_ascii_digit() || c == '.')) {
                return None;
            }
        }
    }
    let position = rest.iter().position(|word| *word == "install")?;
    Some(
        rest.iter()
            .enumerate()
            .filter(|(index, word)| *index != position && !word.starts_with('-'))
            .map(|(_, word)| *word)
            .collect(),
    )
}

/// Whether a command lets poetry install a project's packages.
pub(super) fn is_poetry_install(command: &Command) -> bool {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let rest = match words.as_slice() {
        [python, "-m", "poetry", rest @ ..] if is_python(python) => rest,
        [program, rest @ ..] if base_name(program) == "poetry" => rest,
        _ => return false,
    };
    rest.iter().any(|word| matches!(*word, "install" | "sync" | "add"))
}

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Manager {
    /// `apt`, `apt-get`.
    Apt,
    /// `pip`, `pip3`, `python -m pip`.
    Pip,
}

/// A Python distribution's name as the index compares it (PEP 503), without extras.
pub(super) fn distribution(name: &str) -> String {
    let bare = name
        .split(['[', '=', '<', '>', '!', '~', ';', ' ', '@'])
        .next()
        .unwrap_or(name);
    let mut normal = String::with_capacity(bare.len());
    for c in bare.chars() {
        if matches!(c, '-' | '_' | '.') {
            if !normal.ends_with('-') {
                normal.push('-');
            }
        } else {
            normal.extend(c.to_lowercase());
        }
    }
    normal
}

/// Things joined for a sentence: "`a`, `b` and `c`".
pub(super) fn listed<T: AsRef<str>>(things: &[T], last: &str) -> String {
    let quoted: Vec<String> = things.iter().map(|thing| format!("`{}`", thing.as_ref())).collect();
    let last = if last == "or" { say!("or") } else { say!("and") };
    match quoted.split_last() {
        None => say!("nothing").to_owned(),
        Some((only, [])) => only.clone(),
        Some((end, others)) => format!("{} {last} {end}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_program_may_be_spelled_with_its_folder_or_as_a_module() {
        let wanted = words("uvicorn");
        assert!(begins_with(&words("/usr/local/bin/uvicorn app"), &wanted));
        assert!(begins_with(&words("python3.8 -m uvicorn app"), &wanted));
        assert!(!begins_with(&words("gunicorn app"), &wanted));
        assert!(begins_with(&words("poetry run"), &words("poetry run")));
    }

    #[test]
    fn options_are_read_in_both_forms() {
        assert_eq!(option(&words("x --port 8000"), "--port"), Some("8000"));
        assert_eq!(option(&words("x --port=8000"), "--port"), Some("8000"));
        assert_eq!(option(&words("x --ports 8000"), "--port"), None);
    }

    #[test]
    fn names_of_distributions_are_compared_as_the_index_does() {
        assert_eq!(distribution("SQLAlchemy==1.4.36"), "sqlalchemy");
        assert_eq!(distribution("uvicorn[standard]==0.17.6"), "uvicorn");
        assert_eq!(distribution("python_dotenv"), "python-dotenv");
    }
}

//! What an image's ENTRYPOINT and CMD start, behind programs that only start another one.

use super::spelling::{base_name, is_python};
use crate::dockerfile::{Shell, command_behind, commands_of_script};

/// How many programs that only start another one are looked behind.
const MOST_STEPS: usize = 12;
/// How many commands are looked at.
const MOST_VIEWS: usize = 64;

/// Each command that these words come to: the words themselves, then what they start, and so on. The script of a shell
/// comes to each of its commands: `tini -- poetry run sh -c "a && exec b"` to `poetry run sh -c …`, `sh -c …`, `a`, `b`.
pub(super) fn started(words: &[String]) -> Vec<Vec<String>> {
    let mut views = vec![words.to_vec()];
    let mut at = 0;
    let mut steps = 0;
    while let Some(view) = views.get(at) {
        at += 1;
        steps += 1;
        if steps > MOST_STEPS || views.len() > MOST_VIEWS {
            break;
        }
        let next = starts(view);
        views.extend(next.into_iter().filter(|words| !words.is_empty()));
    }
    views
}

/// What a command starts, where it only starts something else.
fn starts(words: &[String]) -> Vec<Vec<String>> {
    let Some(program) = words.first() else {
        return Vec::new();
    };
    let name = base_name(program);
    if Shell::of(&[name]) == Shell::Posix {
        return script_of(words);
    }
    if is_python(name) {
        return module_or_script(words).into_iter().collect();
    }
    match behind(name, words) {
        Some(rest) => vec![rest.to_vec()],
        None if is_assignment(program) => vec![words[1..].to_vec()],
        None => Vec::new(),
    }
}

/// What is behind a program that only starts another one, its own options and operands left out: the wrappers of shell
/// commands, and what starts containers.
fn behind<'a>(name: &str, words: &'a [String]) -> Option<&'a [String]> {
    // Options that take the next word, and operands of its own.
    let (valued, operands): (&[&str], usize) = match name {
        "poetry" | "pipenv" | "uv" | "pdm" | "hatch" | "rye" => {
            let at = 1 + words.iter().skip(1).position(|word| !word.starts_with('-'))?;
            return (words[at] == "run").then(|| without_options(&words[at + 1..], &[], 0));
        }
        "tini" | "tini-static" | "docker-init" => (&["-p", "-e"], 0),
        "dumb-init" | "catatonit" => (&["-r", "--rewrite"], 0),
        "gosu" | "su-exec" | "chroot" => (&[], 1),
        _ => {
            let texts: Vec<&str> = words.iter().map(String::as_str).collect();
            return words.get(command_behind(&texts)?.0..);
        }
    };
    let rest = without_options(&words[1..], valued, operands);
    let assigned = rest.iter().take_while(|word| is_assignment(word)).count();
    Some(&rest[assigned..])
}

fn without_options<'a>(words: &'a [String], valued: &[&str], operands: usize) -> &'a [String] {
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        at += 1 + usize::from(valued.contains(&word.as_str()));
        if word == "--" {
            break;
        }
    }
    words.get(at + operands..).unwrap_or_default()
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// The commands of `sh -c SCRIPT NAME ARGUMENTS`, the arguments put in for `"$@"`.
fn script_of(words: &[String]) -> Vec<Vec<String>> {
    let Some((script, arguments)) = script_and_arguments(words) else {
        return Vec::new();
    };
    commands_of_script(script)
        .iter()
        .map(|command| {
            let words = command.words.iter().flat_map(|word| match word.text.as_str() {
                "$@" | "$*" | "${@}" => arguments.get(1..).unwrap_or_default().to_vec(),
                "$0" => arguments.first().cloned().into_iter().collect(),
                text => vec![text.to_owned()],
            });
            words.collect()
        })
        .collect()
}

/// The script of `sh -c SCRIPT NAME ARGUMENTS`, and what is behind it.
fn script_and_arguments(words: &[String]) -> Option<(&String, &[String])> {
    let shell = words
        .first()
        .filter(|program| Shell::of(&[base_name(program)]) == Shell::Posix)?;
    let flag = words.iter().position(|word| word != shell && is_command_flag(word))?;
    Some((words.get(flag + 1)?, words.get(flag + 2..).unwrap_or_default()))
}

/// `-c`, also joined with others as in `-lc`.
fn is_command_flag(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
}

/// The module of `python -m MODULE`, or the program of `python /usr/bin/PROGRAM`.
fn module_or_script(words: &[String]) -> Option<Vec<String>> {
    let flags = words.iter().skip(1).take_while(|word| word.starts_with('-')).count();
    let rest = words.get(flags + 1..)?;
    let is_module = flags > 0
        && words
            .get(flags)
            .is_some_and(|last| last.ends_with('m') && !last.starts_with("--"));
    (is_module || rest.first()?.contains('/')).then(|| rest.to_vec())
}

/// Whether words are a shell with a script that takes nothing of what follows it, as the shell form makes them.
pub(super) fn ignores_what_follows(words: &[String]) -> bool {
    let [shell, flag, script] = words else { return false };
    Shell::of(&[shell]) == Shell::Posix
        && is_command_flag(flag)
        && !["$@", "$*", "$0", "$1", "${@", "${1"]
            .iter()
            .any(|sign| script.contains(sign))
}

/// Whether these words say for certain what runs: no variable stands in them, and no script of somebody's own.
pub(super) fn is_literal(views: &[Vec<String>]) -> bool {
    // What a shell puts in for its arguments is known: its commands are among the views with them put in.
    let scripts: Vec<&String> = views
        .iter()
        .filter_map(|view| Some(script_and_arguments(view)?.0))
        .collect();
    let has_variable = |word: &String| {
        let known = if scripts.contains(&word) {
            ["\"$@\"", "\"$0\"", "$@", "$0"]
                .iter()
                .fold(word.clone(), |text, one| text.replace(one, ""))
        } else {
            word.clone()
        };
        known.contains(['$', '`'])
    };
    let is_own_script = |view: &Vec<String>| {
        let Some(program) = view.first() else { return false };
        let name = base_name(program);
        let starts_a_file = is_python(name) || Shell::of(&[name]) == Shell::Posix;
        if starts_a_file {
            return starts(view).is_empty() && view.len() > 1;
        }
        starts(view).is_empty() && !is_known(name)
    };
    !views
        .iter()
        .any(|view| view.iter().any(has_variable) || is_own_script(view))
}

/// Whether it is known what a program of this name does; a word with a colon is an app, and no program at all.
fn is_known(name: &str) -> bool {
    const KNOWN: [&str; 14] = [
        "uvicorn",
        "gunicorn",
        "hypercorn",
        "daphne",
        "fastapi",
        "flask",
        "poetry",
        "pip",
        "pip3",
        "echo",
        "env",
        "tini",
        "dumb-init",
        "run",
    ];
    KNOWN.contains(&name) || name.contains(':') || name.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split('|').map(str::to_owned).collect()
    }

    #[test]
    fn launchers_are_looked_behind() {
        for text in [
            "uvicorn|a:b",
            "exec|uvicorn|a:b",
            "env|-u|X|A=1|B=2|uvicorn|a:b",
            "tini|-g|--|uvicorn|a:b",
            "/usr/bin/dumb-init|--|uvicorn|a:b",
            "nice|-n|5|uvicorn|a:b",
            "timeout|-k|5|3600|uvicorn|a:b",
            "gosu|runner|uvicorn|a:b",
            "poetry|run|uvicorn|a:b",
            "poetry|-q|run|--|uvicorn|a:b",
            "python3|-m|uvicorn|a:b",
            "python|-um|uvicorn|a:b",
            "sh|-c|exec uvicorn a:b",
            "/bin/bash|-lc|cd /x && A=1 uvicorn a:b",
            "sh|-c|exec uvicorn \"$@\"|--|a:b",
            "sh|-c|exec \"$0\" \"$@\"|uvicorn|a:b",
            "tini|--|poetry|run|sh|-c|alembic upgrade head; exec env A=1 uvicorn a:b",
        ] {
            let views = started(&words(text));
            assert!(views.contains(&words("uvicorn|a:b")), "{text}: {views:?}");
        }
        let python = started(&words("/x/bin/python|/x/bin/uvicorn|a:b"));
        assert!(python.contains(&words("/x/bin/uvicorn|a:b")));
        assert_eq!(started(&words("poetry|install|uvicorn")).len(), 1);
        assert_eq!(started(&words("echo|uvicorn")).len(), 1);
        assert_eq!(started(&[]), [Vec::<String>::new()]);
    }

    #[test]
    fn a_script_that_starts_itself_without_end_is_left() {
        let mut text = "uvicorn".to_owned();
        for _ in 0..40 {
            text = format!("env {text}");
        }
        assert!(started(&["sh".to_owned(), "-c".to_owned(), text]).len() <= MOST_VIEWS);
    }

    #[test]
    fn the_shell_form_takes_nothing_of_what_follows() {
        assert!(ignores_what_follows(&words("/bin/sh|-c|uvicorn")));
        assert!(ignores_what_follows(&words("/bin/bash|-c|poetry run")));
        assert!(!ignores_what_follows(&words("/bin/sh|-c|exec uvicorn \"$0\" \"$@\"")));
        assert!(!ignores_what_follows(&words("sh|-c|exec uvicorn \"$@\"|--")));
        assert!(!ignores_what_follows(&words("uvicorn|-c|x")));
    }

    #[test]
    fn variables_and_scripts_of_ones_own_are_not_certain() {
        let is_certain = |text: &str| is_literal(&started(&words(text)));
        assert!(
            is_certain("uvicorn|a:b") && is_certain("/usr/local/bin/uvicorn|a:b") && is_certain("sh|-c|uvicorn a:b")
        );
        assert!(!is_certain("sh|-c|uvicorn a:b --port $PORT"));
        // A shell's arguments are put in.
        assert!(is_certain("sh|-c|exec uvicorn \"$0\" \"$@\"|a:b|--port|8000") && is_certain("sh|-c|uvicorn $@|x|a:b"));
        assert!(!is_certain("sh|-c|uvicorn --port=$0|8000") && !is_certain("sh|-c|shift; uvicorn \"$@\"|x|a:b"));
        for script in [
            "/start",
            "./run.sh|x",
            "tini|--|/start",
            "/usr/local/bin/begin",
            "begin",
            "sh|/begin.sh|uvicorn",
        ] {
            assert!(!is_certain(script), "{script}");
        }
        assert!(!is_certain("python|serve.py") && is_certain("python3.8|-m|uvicorn|a:b"));
    }
}

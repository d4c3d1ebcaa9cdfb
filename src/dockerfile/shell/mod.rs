//! The simple commands in a RUN, however they are joined.
//!
//! Nothing is run and nothing is expanded: words keep their `$NAME`s. Compound commands and substitutions are looked
//! through for the simple commands in them ([`list`], [`words`]), in the order in which they would start; scripts that
//! a command hands to a shell are looked through afterwards ([`nested`]).

mod command;
mod list;
mod nested;
mod plain;
mod reader;
mod words;
mod wrappers;

pub use command::{Command, Connector, Redirection, Shell, Word};
pub use wrappers::command_behind;

use super::{
    heredoc::{self, Heredoc},
    instruction::{Form, Instruction},
    place::Marks,
    problem::Problem,
};
use list::read_script;
use nested::Nested;
use plain::read_plain;
use reader::Script;

/// The commands of a RUN for `/bin/sh` or a relative, and what could not be read.
///
/// CMD, ENTRYPOINT and HEALTHCHECK can be asked too.
pub fn commands(run: &Instruction) -> (Vec<Command>, Vec<Problem>) {
    commands_in(run, Shell::Posix)
}

/// The commands of a RUN where SHELL has named another shell.
pub fn commands_in(run: &Instruction, shell: Shell) -> (Vec<Command>, Vec<Problem>) {
    let mut script = match &run.form {
        Form::Exec(_) => {
            let words = run
                .arguments_at()
                .map(|(text, offset)| Word::plain(text, true, run.locate(offset)))
                .collect();
            let written = Script {
                commands: Command::program_of(words).into_iter().collect(),
                problems: Vec::new(),
            };
            Nested::expand(written, run.text.len(), &run.heredocs)
        }
        Form::Shell(text) => {
            let marks = run.marks.from(&run.text, run.text.len() - text.len());
            match only_heredoc(text, &run.heredocs) {
                Some(heredoc) => read_heredoc(heredoc, shell, run),
                None => read(text, &marks, shell, run),
            }
        }
    };
    script.problems.sort_by_key(|problem| (problem.line, problem.column));
    (script.commands, script.problems)
}

/// The commands of a script that stands by itself, such as the one behind `sh -c` in an image's configuration, as they
/// are written there.
pub fn commands_of_script(text: &str) -> Vec<Command> {
    read_script(text, &Marks::default()).commands
}

/// The commands of a RUN as they are written, whatever shell reads them: `sudo apt-get update` is a `sudo`, and what
/// `sh -c` is given stays one word. The exec form is read as the line that its words make; a RUN that opens with a
/// here-document is that document.
pub fn written_commands(run: &Instruction) -> Vec<Command> {
    let first = run.heredocs.first().filter(|_| run.text.trim_start().starts_with("<<"));
    if let Some(heredoc) = first {
        return read_script(&heredoc.body, &heredoc.marks).commands;
    }
    match &run.form {
        Form::Exec(words) => {
            let mut text = String::new();
            let mut marks = Marks::default();
            for (word, (_, offset)) in words.iter().zip(run.arguments_at()) {
                if !text.is_empty() {
                    text.push(' ');
                }
                let (line, column) = run.locate(offset);
                marks.push(text.len(), word, line, column);
                text.push_str(word);
            }
            read_script(&text, &marks).commands
        }
        Form::Shell(text) => {
            let marks = run.marks.from(&run.text, run.text.len() - text.len());
            read_script(text, &marks).commands
        }
    }
}

/// `RUN <<EOF` and nothing more: the body is the script.
fn only_heredoc<'a>(text: &str, heredocs: &'a [Heredoc]) -> Option<&'a Heredoc> {
    let [heredoc] = heredocs else { return None };
    heredoc::named(text.trim())
        .filter(|named| named.name == heredoc.name)
        .map(|_| heredoc)
}

/// A script, by the shell or by what its first line names.
fn read_heredoc(heredoc: &Heredoc, shell: Shell, run: &Instruction) -> Script {
    let shebang = heredoc.body.strip_prefix("#!").and_then(|rest| rest.lines().next());
    let Some(interpreter) = shebang else {
        return read(&heredoc.body, &heredoc.marks, shell, run);
    };
    let words: Vec<&str> = interpreter.split_whitespace().collect();
    match Shell::of(&words) {
        // The script of another interpreter is one command, by its first line.
        Shell::Other => {
            let mut marks = Marks::default();
            marks.copy(0, &heredoc.marks, &heredoc.body, 2..2 + interpreter.len());
            read(interpreter, &marks, Shell::Posix, run)
        }
        shell => read(&heredoc.body, &heredoc.marks, shell, run),
    }
}

fn read(text: &str, marks: &Marks, shell: Shell, run: &Instruction) -> Script {
    match shell {
        Shell::Posix => Nested::expand(read_script(text, marks), run.text.len(), &run.heredocs),
        Shell::PowerShell | Shell::Cmd => Script {
            commands: read_plain(text, marks, shell),
            problems: Vec::new(),
        },
        Shell::Other => Script::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::{ProblemKind, parse};

    fn all(text: &str) -> (Vec<Command>, Vec<Problem>) {
        let parsed = parse(&format!("FROM x\n{text}"));
        commands(&parsed.instructions[1])
    }

    fn lines(text: &str) -> Vec<String> {
        all(text)
            .0
            .iter()
            .map(|command| {
                let mut parts: Vec<String> = command
                    .assignments
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                parts.extend(command.words.iter().map(|word| word.text.clone()));
                parts.join(" ")
            })
            .collect()
    }

    #[test]
    fn commands_are_found_however_they_are_joined() {
        for (text, expected) in [
            (
                "RUN apt-get -y update && apt-get -y install x",
                vec!["apt-get -y update", "apt-get -y install x"],
            ),
            ("RUN a || b; c | d & e", vec!["a", "b", "c", "d", "e"]),
            ("RUN a \\\n # why\n\n  && b", vec!["a", "b"]),
            ("RUN a && b # c && d", vec!["a", "b"]),
            ("RUN ( a ; b ) && { c; d; }", vec!["a", "b", "c", "d"]),
            (
                "RUN if a; then b; elif c; then d; else e; fi && f",
                vec!["a", "b", "c", "d", "e", "f"],
            ),
            (
                "RUN for x in 1 2 $(seq 3); do a $x; done; b",
                vec!["seq 3", "a $x", "b"],
            ),
            ("RUN while read l; do a; done < f", vec!["read l", "a"]),
            (
                "RUN case $x in a|b) c;; (d) e ;; *) f; esac; g",
                vec!["c", "e", "f", "g"],
            ),
            ("RUN f() { a; }; f", vec!["a", "f"]),
            ("RUN function f { a; }; f", vec!["a", "f"]),
            (
                "RUN x=$(a | b) c \"$(d)\" `e f`",
                vec!["a", "b", "d", "e f", "x=$(a | b) c $(d) `e f`"],
            ),
            ("RUN echo $((1 + 2)) $(( (3) ))", vec!["echo $((1 + 2)) $(( (3) ))"]),
            (
                "RUN echo ${x:-a b} \"${y:-\"c d\"}\"",
                vec!["echo ${x:-a b} ${y:-\"c d\"}"],
            ),
            (
                "RUN [ -f x ] && [[ -f y && $a < b ]] && c",
                vec!["[ -f x ]", "[[ -f y && $a < b ]]", "c"],
            ),
            ("RUN ! a && time -p b", vec!["a", "b"]),
            ("RUN ((i++)) && a", vec!["a"]),
            ("RUN a=(x y) b", vec!["a=(x y) b"]),
            (
                "RUN set -eux; pip install 'uvicorn[standard]==0.17.6' \"x y\" z\\ w",
                vec!["set -eux", "pip install uvicorn[standard]==0.17.6 x y z w"],
            ),
            ("RUN diff <(a) <(b)", vec!["a", "b", "diff <(a) <(b)"]),
            ("RUN echo $'it\\'s' && a", vec!["echo it's", "a"]),
            ("RUN rm -rf /var/lib/apt/lists/*", vec!["rm -rf /var/lib/apt/lists/*"]),
            ("RUN echo a#b; c", vec!["echo a#b", "c"]),
        ] {
            let (_, problems) = all(text);
            assert_eq!(problems, [], "{text}");
            assert_eq!(lines(text), expected, "{text}");
        }
    }

    #[test]
    fn what_merely_starts_a_command_is_looked_through() {
        for (text, expected, wrappers) in [
            ("RUN sh -c 'a b && c'", vec!["a b", "c"], vec!["sh"]),
            ("RUN bash -lc \"a 'b c'\"", vec!["a b c"], vec!["bash"]),
            ("RUN /bin/bash -o pipefail -euc 'a'", vec!["a"], vec!["bash"]),
            ("RUN [\"/bin/bash\", \"-c\", \"a && b\"]", vec!["a", "b"], vec!["bash"]),
            (
                "RUN [\"apt-get\",\"install\",\"-y\",\"x\"]",
                vec!["apt-get install -y x"],
                vec![],
            ),
            (
                "RUN env -u A X=y apt-get update",
                vec!["X=y apt-get update"],
                vec!["env"],
            ),
            (
                "RUN sudo -E -u root apt-get update",
                vec!["apt-get update"],
                vec!["sudo"],
            ),
            (
                "RUN exec nice -n 5 timeout -k 1 10m a",
                vec!["a"],
                vec!["exec", "nice", "timeout"],
            ),
            ("RUN command -v a", vec!["command -v a"], vec![]),
            ("RUN eval 'a b'", vec!["a b"], vec!["eval"]),
            ("RUN su - me -c 'a'", vec!["a"], vec!["su"]),
            ("RUN bash x.sh", vec!["bash x.sh"], vec![]),
            ("RUN find . | xargs rm", vec!["find .", "xargs rm"], vec![]),
            ("RUN sudo", vec!["sudo"], vec![]),
        ] {
            assert_eq!(lines(text), expected, "{text}");
            assert_eq!(all(text).0[0].wrappers, wrappers, "{text}");
        }
    }

    #[test]
    fn here_documents_are_scripts_where_a_shell_reads_them() {
        for (text, expected) in [
            ("RUN <<EOF\na\nb && c\nEOF\n", vec!["a", "b", "c"]),
            ("RUN <<-'EOF'\n\ta \\\n\t  b\n\tEOF\n", vec!["a b"]),
            ("RUN bash -ex <<EOF\na\nEOF\n", vec!["a"]),
            ("RUN python3 <<EOF\nimport x\nEOF\n", vec!["python3"]),
            ("RUN cat <<EOF > /x && b\ntext\nEOF\n", vec!["cat", "b"]),
            ("RUN <<EOF\n#!/usr/bin/env python3\nimport x\nEOF\n", vec!["python3"]),
            ("RUN <<EOF\n#!/bin/bash\na\nEOF\n", vec!["a"]),
            ("RUN <<EOF\ncat > f <<X\nnot a command\nX\nb\nEOF\n", vec!["cat", "b"]),
        ] {
            assert_eq!(lines(text), expected, "{text}");
        }
    }

    #[test]
    fn commands_know_where_they_stand() {
        let (found, _) = all("RUN apt-get update \\\n # x\n && \\\n  apt-get install -y \\\n    python3\nCMD x");
        assert_eq!((found[0].line, found[0].column), (2, 5));
        assert_eq!((found[1].line, found[1].column), (5, 3));
        let last = found[1].words.last().unwrap();
        assert_eq!((last.text.as_str(), last.line, last.column), ("python3", 6, 5));
        let (found, _) = all("RUN <<EOF\na\n  b $(c)\nEOF\n");
        let places: Vec<_> = found.iter().map(|command| (command.line, command.column)).collect();
        assert_eq!(places, [(3, 1), (4, 7), (4, 3)]);
        let (found, _) = all("RUN sh -c 'a && \\\n b'\n");
        assert_eq!((found[1].line, found[1].column), (3, 2));
    }

    #[test]
    fn connectors_redirections_and_pipes_are_kept() {
        use Connector::{And, First, Or, Pipe, Sequence};
        let (found, _) = all("RUN a > x 2>&1 && b | c || d 2>/dev/null; > e");
        let connectors: Vec<_> = found.iter().map(|command| command.connector_before).collect();
        assert_eq!(connectors, [First, And, Pipe, Or, Sequence]);
        let piped: Vec<_> = found.iter().map(|command| command.piped).collect();
        assert_eq!(piped, [false, true, true, false, false]);
        let targets: Vec<_> = found[0]
            .redirections
            .iter()
            .map(|one| (one.descriptor, one.operator.as_str(), one.target.as_str()))
            .collect();
        assert_eq!(targets, [(None, ">", "x"), (Some(2), ">&", "1")]);
        assert_eq!(found[4].program(), None);
    }

    #[test]
    fn what_is_not_closed_is_a_problem() {
        for (text, kind) in [
            ("RUN echo 'a", ProblemKind::UnbalancedQuote),
            ("RUN echo \"a", ProblemKind::UnbalancedQuote),
            ("RUN echo `a", ProblemKind::UnbalancedQuote),
            ("RUN echo $(a", ProblemKind::UnbalancedBracket),
            ("RUN echo ${a", ProblemKind::UnbalancedBracket),
            ("RUN ( a", ProblemKind::UnbalancedBracket),
            ("RUN a )", ProblemKind::UnbalancedBracket),
        ] {
            let (_, problems) = all(text);
            assert_eq!(
                problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(),
                [kind],
                "{text}"
            );
        }
    }

    #[test]
    fn hostile_texts_end() {
        for piece in [
            "$(",
            "`",
            "${",
            "((",
            "$((",
            "(",
            "\"$(",
            "'",
            "<<E ",
            "case x in ",
            "[[ ",
            "a=(",
            "sh -c '",
            "\\",
            "f() { ",
            "eval \"",
            "`\\`",
            "sh -c \"$(",
        ] {
            let text = format!("RUN {}", piece.repeat(20_000));
            all(&text);
        }
        // Each level could be read again for every level around it.
        let level = format!("{}a{};", "sh -c \"$(".repeat(20), ")\"".repeat(20));
        all(&format!("RUN {}", level.repeat(200)));
    }

    #[test]
    fn other_shells_are_split_at_their_separators() {
        let parsed = parse("FROM x\nRUN Install-X \"a b\"; Remove-Y | c\n");
        let (found, _) = commands_in(&parsed.instructions[1], Shell::PowerShell);
        let words: Vec<Vec<&str>> = found
            .iter()
            .map(|command| command.words.iter().map(|word| word.text.as_str()).collect())
            .collect();
        assert_eq!(words, [vec!["Install-X", "a b"], vec!["Remove-Y"], vec!["c"]]);
        assert_eq!(Shell::of(&["/bin/bash", "-o", "pipefail", "-c"]), Shell::Posix);
        assert_eq!(Shell::of(&["powershell.exe", "-Command"]), Shell::PowerShell);
        assert_eq!(Shell::of(&["python", "-c"]), Shell::Other);
        assert_eq!(commands_in(&parsed.instructions[1], Shell::Other).0, []);
    }
}

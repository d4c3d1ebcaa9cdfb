//! The simple commands in a RUN, however they are joined.
//!
//! No shell is run and nothing is expanded: words keep their `$NAME`s. Compound commands (`if`, `for`, `( … )`) are
//! looked through for the simple commands in them.

use crate::dockerfile::instruction::{Form, Instruction, Problem};

/// How deep scripts may nest in each other (`sh -c`, `$( … )`).
const DEPTH: usize = 8;
/// The most commands that are read from one RUN.
const COMMAND_LIMIT: usize = 10_000;

/// What stands before a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connector {
    /// It is the first, or stands after `;`, `&` or a line's end.
    Start,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its text, quotes taken off.
    pub text: String,
    /// Whether any part of it was quoted.
    pub quoted: bool,
    /// Whether a variable or a command is to be put in.
    pub expands: bool,
    /// Line in the file, from 1.
    pub line: u32,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `NAME=value` words before it.
    pub assignments: Vec<(String, String)>,
    /// Its words, the program first. `exec`, `command`, `env`, `sudo`, `time` and `nice` before it are left out.
    pub words: Vec<Word>,
    /// What stands before it.
    pub connector: Connector,
    /// Line in the file of its first word, from 1.
    pub line: u32,
}

impl Command {
    /// The program's name without its folder.
    pub fn program(&self) -> Option<&str> {
        let text = &self.words.first()?.text;
        text.rsplit('/').next()
    }
}

/// The commands of a RUN in the order in which they stand there, and what could not be read.
pub fn commands(run: &Instruction) -> (Vec<Command>, Vec<Problem>) {
    let mut reader = Reader {
        commands: Vec::new(),
        problems: Vec::new(),
    };
    match &run.form {
        Form::Exec(words) => {
            let words = words
                .iter()
                .map(|text| Word {
                    text: text.clone(),
                    quoted: true,
                    expands: false,
                    line: run.start_line,
                })
                .collect();
            reader.finish(Vec::new(), words, Connector::Start, run.start_line, 0);
        }
        Form::Shell(text) => {
            reader.script(text, &|offset| run.line_at(offset), 0);
            // A here-document is a script when nothing, or a shell, is there to read it.
            let reader_is_shell = match reader.commands.last() {
                None => true,
                Some(command) => matches!(command.program(), Some("sh" | "bash" | "dash" | "ash")) && command.words.len() == 1,
            };
            if reader_is_shell {
                for heredoc in &run.heredocs {
                    let foreign = heredoc.body.lines().next().is_some_and(|line| {
                        line.starts_with("#!") && !line.contains("sh")
                    });
                    if !foreign {
                        let starts: Vec<usize> = std::iter::once(0)
                            .chain(heredoc.body.match_indices('\n').map(|(at, _)| at + 1))
                            .collect();
                        let first = heredoc.first_line;
                        reader.script(
                            &heredoc.body,
                            &|offset| {
                                let index = starts.partition_point(|start| *start <= offset).saturating_sub(1);
                                first + u32::try_from(index).unwrap_or(0)
                            },
                            0,
                        );
                    }
                }
            }
        }
    }
    (reader.commands, reader.problems)
}

struct Reader {
    commands: Vec<Command>,
    problems: Vec<Problem>,
}

/// Words that open, join or close compound commands and are no commands themselves.
const RESERVED: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}", "!", "in",
];

impl Reader {
    fn script(&mut self, text: &str, line_at: &dyn Fn(usize) -> u32, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut at = 0;
        let mut words: Vec<Word> = Vec::new();
        let mut connector = Connector::Start;
        let mut first_line = line_at(0);
        while at < chars.len() && self.commands.len() < COMMAND_LIMIT {
            let (offset, c) = chars[at];
            let next = chars.get(at + 1).map(|(_, c)| *c);
            let ends = match c {
                '\n' | ';' => Some((Connector::Start, 1)),
                '&' if next == Some('&') => Some((Connector::And, 2)),
                '&' if next == Some('>') => None,
                '&' => Some((Connector::Start, 1)),
                '|' if next == Some('|') => Some((Connector::Or, 2)),
                '|' if next == Some('&') => Some((Connector::Pipe, 2)),
                '|' => Some((Connector::Pipe, 1)),
                '(' | ')' => Some((Connector::Start, 1)),
                _ => None,
            };
            if let Some((after, width)) = ends {
                self.simple(std::mem::take(&mut words), connector, first_line, depth);
                connector = after;
                at += width;
            } else if c.is_whitespace() {
                at += 1;
            } else if c == '\\' && next == Some('\n') {
                at += 2;
            } else if c == '#' {
                while at < chars.len() && chars[at].1 != '\n' {
                    at += 1;
                }
            } else if matches!(c, '<' | '>') || (c == '&' && next == Some('>')) || is_descriptor(&chars, at) {
                at = self.redirection(&chars, at, line_at, depth);
            } else {
                if words.is_empty() {
                    first_line = line_at(offset);
                }
                let (word, after) = self.word(&chars, at, line_at, depth);
                if words.is_empty() && RESERVED.contains(&word.text.as_str()) && !word.quoted {
                    // `for x in …` and `case x in …` have no command before the next separator.
                    at = after;
                    if matches!(word.text.as_str(), "for" | "case") {
                        while at < chars.len() && !matches!(chars[at].1, ';' | '\n') && !starts_word(&chars, at, "in\n") {
                            at += 1;
                        }
                    }
                    continue;
                }
                words.push(word);
                at = after;
            }
        }
        self.simple(words, connector, first_line, depth);
    }

    /// Skips a redirection and its target.
    fn redirection(&mut self, chars: &[(usize, char)], mut at: usize, line_at: &dyn Fn(usize) -> u32, depth: usize) -> usize {
        while chars.get(at).is_some_and(|(_, c)| c.is_ascii_digit()) {
            at += 1;
        }
        while chars.get(at).is_some_and(|(_, c)| matches!(c, '<' | '>' | '&' | '-' | '|')) {
            at += 1;
        }
        while chars.get(at).is_some_and(|(_, c)| matches!(c, ' ' | '\t')) {
            at += 1;
        }
        if chars.get(at).is_some_and(|(_, c)| !matches!(c, '\n' | ';' | '&' | '|' | '(' | ')')) {
            let (_, after) = self.word(chars, at, line_at, depth);
            return after.max(at + 1);
        }
        at
    }

    fn word(&mut self, chars: &[(usize, char)], start: usize, line_at: &dyn Fn(usize) -> u32, depth: usize) -> (Word, usize) {
        let line = line_at(chars[start].0);
        let mut word = Word {
            text: String::new(),
            quoted: false,
            expands: false,
            line,
        };
        let mut at = start;
        let mut double = false;
        while let Some(&(_, c)) = chars.get(at) {
            let next = chars.get(at + 1).map(|(_, c)| *c);
            match c {
                '\'' if !double => {
                    word.quoted = true;
                    at += 1;
                    let begin = at;
                    while chars.get(at).is_some_and(|(_, c)| *c != '\'') {
                        word.text.push(chars[at].1);
                        at += 1;
                    }
                    if at >= chars.len() {
                        self.tell(line_at(chars[begin.min(chars.len() - 1)].0), "a quote ' without its end");
                    }
                    at += 1;
                    continue;
                }
                '"' => {
                    word.quoted = true;
                    double = !double;
                }
                '\\' => {
                    match next {
                        Some('\n') => {}
                        Some(next) if !double || matches!(next, '"' | '\\' | '$' | '`') => word.text.push(next),
                        Some(next) => {
                            word.text.push('\\');
                            word.text.push(next);
                        }
                        None => word.text.push('\\'),
                    }
                    at += 2;
                    continue;
                }
                '$' | '`' => {
                    word.expands = true;
                    let inner = match (c, next) {
                        ('$', Some('(')) => Some((at + 2, ')')),
                        ('`', _) => Some((at + 1, '`')),
                        _ => None,
                    };
                    if let Some((begin, close)) = inner {
                        let end = self.substitution(chars, begin, close, line_at, depth);
                        word.text.extend(chars[at..end.min(chars.len())].iter().map(|(_, c)| *c));
                        at = end;
                        continue;
                    }
                    if next == Some('{') {
                        while let Some(&(_, c)) = chars.get(at) {
                            word.text.push(c);
                            at += 1;
                            if c == '}' {
                                break;
                            }
                        }
                        continue;
                    }
                    word.text.push(c);
                }
                c if !double && (c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>')) => break,
                c => word.text.push(c),
            }
            at += 1;
        }
        if double {
            self.tell(line, "a quote \" without its end");
        }
        (word, at.max(start + 1))
    }

    /// Reads the script of `$( … )` or backticks; returns the index after its end.
    fn substitution(&mut self, chars: &[(usize, char)], begin: usize, close: char, line_at: &dyn Fn(usize) -> u32, depth: usize) -> usize {
        let mut at = begin;
        let mut open = 1usize;
        let mut quote = None;
        while let Some(&(_, c)) = chars.get(at) {
            match (quote, c) {
                (_, '\\') => at += 1,
                (None, '\'' | '"') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                (None, '(') if close == ')' => open += 1,
                (None, c) if c == close => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let end = at.min(chars.len());
        let inner: String = chars.get(begin..end).unwrap_or_default().iter().map(|(_, c)| *c).collect();
        let base = chars.get(begin).map_or(0, |(offset, _)| *offset);
        // `$(( … ))` is arithmetic.
        if !(close == ')' && inner.starts_with('(')) {
            self.script(&inner, &|offset| line_at(base + offset), depth + 1);
        }
        end + 1
    }

    fn simple(&mut self, words: Vec<Word>, connector: Connector, line: u32, depth: usize) {
        let mut assignments = Vec::new();
        let mut rest = words.into_iter().peekable();
        while let Some((name, value)) = rest.peek().and_then(|word| assignment(word)) {
            assignments.push((name, value));
            rest.next();
        }
        let words: Vec<Word> = rest.collect();
        if !words.is_empty() {
            self.finish(assignments, words, connector, line, depth);
        }
    }

    /// Takes prefixes off, looks into `sh -c`, and keeps the command.
    fn finish(&mut self, mut assignments: Vec<(String, String)>, mut words: Vec<Word>, connector: Connector, line: u32, depth: usize) {
        while let Some(first) = words.first() {
            let program = first.text.rsplit('/').next().unwrap_or_default();
            if !matches!(program, "exec" | "command" | "env" | "sudo" | "time" | "nice" | "nohup") || words.len() == 1 {
                break;
            }
            words.remove(0);
            while words.len() > 1 {
                if let Some(assigned) = assignment(&words[0]) {
                    assignments.push(assigned);
                    words.remove(0);
                } else if words[0].text.starts_with('-') {
                    words.remove(0);
                } else {
                    break;
                }
            }
        }
        let program = words.first().and_then(|word| word.text.rsplit('/').next()).unwrap_or_default();
        if matches!(program, "sh" | "bash" | "dash" | "ash")
            && let Some(position) = words.iter().skip(1).position(|word| {
                word.text.starts_with('-') && !word.text.starts_with("--") && word.text.ends_with('c')
            })
            && let Some(script) = words.get(position + 2)
        {
            let (text, at) = (script.text.clone(), script.line);
            self.script(&text, &|_| at, depth + 1);
            return;
        }
        self.commands.push(Command {
            assignments,
            words,
            connector,
            line,
        });
    }

    fn tell(&mut self, line: u32, message: &str) {
        self.problems.push(Problem {
            line,
            message: message.to_owned(),
            suggestion: None,
        });
    }
}

/// Whether digits that lead to `<` or `>` begin here.
fn is_descriptor(chars: &[(usize, char)], mut at: usize) -> bool {
    let start = at;
    while chars.get(at).is_some_and(|(_, c)| c.is_ascii_digit()) {
        at += 1;
    }
    at > start && chars.get(at).is_some_and(|(_, c)| matches!(c, '<' | '>'))
}

/// Whether one of the words (each ended by a newline in `list`) begins here, after a blank.
fn starts_word(chars: &[(usize, char)], at: usize, list: &str) -> bool {
    at > 0
        && chars[at - 1].1.is_whitespace()
        && list.lines().any(|word| {
            word.chars().enumerate().all(|(index, c)| chars.get(at + index).is_some_and(|(_, found)| *found == c))
                && chars.get(at + word.len()).is_none_or(|(_, c)| c.is_whitespace())
        })
}

fn assignment(word: &Word) -> Option<(String, String)> {
    let (name, value) = word.text.split_once('=')?;
    let fits = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    fits.then(|| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::parse;

    fn read(run: &str) -> Vec<String> {
        let parsed = parse(&format!("FROM a\n{run}"));
        let (commands, problems) = commands(&parsed.instructions[1]);
        assert!(problems.is_empty(), "{problems:?}");
        commands
            .iter()
            .map(|command| command.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn commands_are_found_however_they_are_joined() {
        let cases: &[(&str, &[&str])] = &[
            ("RUN a b && c || d; e | f & g", &["a b", "c", "d", "e", "f", "g"]),
            ("RUN a \\\n  # note\n\n && b", &["a", "b"]),
            ("RUN [\"apt-get\", \"install\", \"-y\", \"x\"]", &["apt-get install -y x"]),
            ("RUN [\"/bin/bash\", \"-c\", \"a && b\"]", &["a", "b"]),
            ("RUN bash -lc 'a; b \"c d\"'", &["a", "b c d"]),
            ("RUN <<EOF\na\nb # c\nEOF", &["a", "b"]),
            ("RUN <<EOF bash\na\nEOF", &["bash", "a"]),
            ("RUN cat <<EOF > x\na\nEOF", &["cat"]),
            ("RUN (a; b) && { c; }", &["a", "b", "c"]),
            ("RUN if a; then b; else c; fi", &["a", "b", "c"]),
            ("RUN for x in 1 2; do a $x; done", &["1 2", "a $x"]),
            ("RUN a $(b c) `d`", &["b c", "d", "a $(b c) `d`"]),
            ("RUN X=1 Y=2 env Z=3 sudo -E a 2>/dev/null >&2", &["a"]),
            ("RUN echo $((1+2)) # c", &["echo $((1+2))"]),
            ("RUN pip install 'a==1' \"b[c]==2\" d\\ e", &["pip install a==1 b[c]==2 d e"]),
        ];
        for (run, expected) in cases {
            assert_eq!(read(run), *expected, "{run}");
        }
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let parsed = parse("FROM a\nRUN a && \\\n  # x\n  b && \\\n  c\nRUN <<E\nd\ne\nE");
        let lines = |index: usize| commands(&parsed.instructions[index]).0.iter().map(|found| found.line).collect::<Vec<_>>();
        assert_eq!(lines(1), [2, 4, 5]);
        assert_eq!(lines(2), [7, 8]);
    }

    #[test]
    fn what_is_unbalanced_is_a_problem_and_no_panic() {
        for text in ["RUN 'a", "RUN \"a", "RUN $(a", "RUN `", "RUN a >", "RUN \\", "RUN (((", "RUN 1>"] {
            let parsed = parse(&format!("FROM a\n{text}"));
            commands(&parsed.instructions[1]);
        }
    }
}

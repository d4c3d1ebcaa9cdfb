//! Lines to instructions: directives, comments, continuations, here-documents.

use super::{
    arguments,
    blanks::{blank_words, is_blank},
    flags::leading_flags,
    heredoc::{LastLines, announced},
    instruction::{Comment, Directive, Dockerfile, Flag, Form, Instruction, Keyword},
    json_array::{Json, json_strings},
    place::{Marks, count},
    problem::{Problem, ProblemKind, nearest},
};

/// Up to how many problems a suggestion is looked for.
const MOST_SUGGESTIONS: usize = 1000;

/// Reads a Dockerfile. Nothing is refused: what is wrong is in the problems, and reading goes on behind it.
///
/// BuildKit's parser is the model: it reads directives only above everything else, joins lines where the escape
/// character stands last but for blanks, and drops comment lines and empty lines within an instruction.
pub fn parse(text: &str) -> Dockerfile {
    let mut reader = Reader {
        lines: text
            .strip_prefix('\u{feff}')
            .unwrap_or(text)
            .split_inclusive('\n')
            .collect(),
        at: 0,
        escape: '\\',
        directives: Vec::new(),
        directives_done: false,
        comments: Vec::new(),
        problems: Vec::new(),
        last_lines: None,
    };
    let mut instructions = Vec::new();
    while reader.at < reader.lines.len() {
        instructions.extend(reader.instruction());
    }
    arguments::check_order(&instructions, reader.lines.len(), &mut reader.problems);
    arguments::check_words(&instructions, reader.escape, &mut reader.problems);
    arguments::check_bases(&instructions, &mut reader.problems);
    reader.problems.sort_by_key(|problem| (problem.line, problem.column));
    Dockerfile {
        escape: reader.escape,
        directives: reader.directives,
        comments: reader.comments,
        instructions,
        problems: reader.problems,
    }
}

struct Reader<'a> {
    lines: Vec<&'a str>,
    at: usize,
    escape: char,
    directives: Vec<Directive>,
    directives_done: bool,
    comments: Vec<Comment>,
    problems: Vec<Problem>,
    last_lines: Option<LastLines<'a>>,
}

/// Joined lines.
pub(super) struct Joined {
    pub(super) text: String,
    pub(super) marks: Marks,
}

impl<'a> Reader<'a> {
    /// The next line without its line feed, and its number.
    fn line(&mut self) -> Option<(&'a str, u32)> {
        let line = self.lines.get(self.at)?;
        self.at += 1;
        Some((without_feed(line), count(self.at)))
    }

    /// Reads one instruction; none where there are only comments or blanks.
    fn instruction(&mut self) -> Option<Instruction> {
        let (raw, start) = self.line()?;
        let line = raw.trim_start();
        if self.directive(line, start) || self.comment(line, start) || line.is_empty() {
            return None;
        }
        let (kept, mut continues) = self.continued(line);
        let mut joined = Joined {
            text: String::new(),
            marks: Marks::default(),
        };
        let column = count(raw.chars().count() - line.chars().count()).saturating_add(1);
        joined.marks.push(0, kept, start, column);
        joined.text.push_str(kept);
        let mut empty_line = None;
        while continues {
            let Some((raw, number)) = self.line() else { break };
            if self.comment(raw.trim_start(), number) {
                continue;
            }
            if raw.trim_start().is_empty() {
                empty_line.get_or_insert(number);
                continue;
            }
            let (kept, more) = self.continued(raw);
            joined.marks.push(joined.text.len(), kept, number, 1);
            joined.text.push_str(kept);
            continues = more;
        }
        if let Some(number) = empty_line {
            self.problems.push(Problem::new(
                ProblemKind::EmptyContinuation,
                (number, 1),
                say!("an empty line inside an instruction"),
            ));
        }
        let mut instruction = self.node(&joined, 0);
        instruction.start_line = start;
        self.heredocs(&joined, &mut instruction);
        set_end(&mut instruction, count(self.at));
        Some(instruction)
    }

    /// Takes a line for a directive, as long as there may be one.
    fn directive(&mut self, line: &str, number: u32) -> bool {
        if self.directives_done {
            return false;
        }
        let found = line.strip_prefix('#').and_then(|rest| {
            let (name, value) = rest.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            let value = value.trim();
            (matches!(name.as_str(), "syntax" | "escape" | "check") && !value.is_empty())
                .then(|| (name, value.to_owned()))
        });
        let Some((name, value)) = found else {
            self.directives_done = true;
            return false;
        };
        if self.directives.iter().any(|directive| directive.name == name) {
            let message = say!("the directive `{name}` is given twice"; name);
            self.problems
                .push(Problem::new(ProblemKind::BadDirective, (number, 1), message));
        } else if name == "escape" {
            match value.as_str() {
                "\\" => self.escape = '\\',
                "`" => self.escape = '`',
                _ => {
                    let message = say!("the escape character is a backslash or a backtick, not `{value}`"; value);
                    self.problems
                        .push(Problem::new(ProblemKind::BadDirective, (number, 1), message));
                }
            }
        }
        self.directives.push(Directive {
            name,
            value,
            line: number,
        });
        true
    }

    fn comment(&mut self, line: &str, number: u32) -> bool {
        let Some(text) = line.strip_prefix('#') else {
            return false;
        };
        self.comments.push(Comment {
            line: number,
            text: text.trim().to_owned(),
        });
        true
    }

    /// The line without the escape character at its end, and whether one was there; a doubled one is none.
    fn continued<'l>(&self, line: &'l str) -> (&'l str, bool) {
        let Some(kept) = line.trim_end_matches([' ', '\t']).strip_suffix(self.escape) else {
            return (line, false);
        };
        if kept.ends_with(self.escape) {
            (line, false)
        } else {
            (kept, true)
        }
    }

    /// Takes a joined line apart.
    fn node(&mut self, joined: &Joined, depth: usize) -> Instruction {
        let whole = joined.text.as_str();
        let start = whole.len() - whole.trim_start().len();
        let end = whole.trim_end().len();
        let line = &whole[start..end];
        let name = &line[..line.find(is_blank).unwrap_or(line.len())];
        let keyword = Keyword::of(name);
        let (line_number, column) = joined.marks.locate(whole, start);
        let (raw_flags, skipped) = leading_flags(&line[name.len()..]);
        let from = start + name.len() + skipped;
        let text = &whole[from..end.max(from)];
        let flags = raw_flags
            .into_iter()
            .map(|flag| {
                let (line, column) = joined.marks.locate(whole, start + name.len() + flag.offset);
                Flag {
                    line,
                    column,
                    name: flag.name,
                    value: flag.value,
                }
            })
            .collect();
        let mut instruction = Instruction {
            keyword,
            name: name.to_owned(),
            flags,
            form: Form::Shell(String::new()),
            text: text.to_owned(),
            pairs: Vec::new(),
            heredocs: Vec::new(),
            start_line: line_number,
            start_column: column,
            end_line: line_number,
            on_build: None,
            joined: if depth == 0 { whole.to_owned() } else { String::new() },
            marks: joined.marks.from(whole, from),
            words: Vec::new(),
        };
        self.shape(&mut instruction);
        if keyword == Keyword::Onbuild && !text.is_empty() && depth == 0 {
            let inner = Joined {
                text: instruction.text.clone(),
                marks: instruction.marks.clone(),
            };
            instruction.on_build = Some(Box::new(self.node(&inner, depth + 1)));
        }
        if keyword == Keyword::Unknown {
            let names = Keyword::ALL.map(|(_, name)| name);
            let short: String = name.chars().take(40).collect();
            let message = if name.is_empty() {
                let escape = self.escape;
                say!("nothing follows this `{escape}`: Docker reads it as an instruction without a name"; escape)
            } else {
                say!("unknown instruction `{short}`"; short)
            };
            // In a file with more mistakes than that, nobody asks what each was meant to be.
            let meant = if !name.is_empty() && self.problems.len() < MOST_SUGGESTIONS {
                nearest(name, &names)
            } else {
                None
            };
            let place = (line_number, column);
            self.problems
                .push(Problem::new(ProblemKind::UnknownInstruction, place, message).suggesting(meant));
        } else {
            arguments::check(&mut instruction, self.escape, &mut self.problems);
        }
        instruction
    }

    /// Decides between the shell form and the exec form.
    fn shape(&mut self, instruction: &mut Instruction) {
        // HEALTHCHECK has a word of its own before the command.
        let skipped = if instruction.keyword == Keyword::Healthcheck {
            let text = &instruction.text;
            let word = text.find(char::is_whitespace).unwrap_or(text.len());
            text.len() - text[word..].trim_start().len()
        } else {
            0
        };
        let rest = &instruction.text[skipped..];
        let json = if instruction.keyword.takes_json() {
            json_strings(rest)
        } else {
            Json::No
        };
        match json {
            Json::Strings(strings) => {
                instruction.form = Form::Exec(strings.iter().map(|(string, _)| string.clone()).collect());
                instruction.words = strings.into_iter().map(|(string, at)| (string, at + skipped)).collect();
            }
            Json::No | Json::NotStrings => {
                if json == Json::NotStrings {
                    self.problems.push(Problem::new(
                        ProblemKind::BadJson,
                        instruction.locate(skipped),
                        say!("the JSON array contains something other than strings"),
                    ));
                }
                instruction.form = Form::Shell(rest.to_owned());
                instruction.words = blank_words(rest)
                    .into_iter()
                    .map(|(word, at)| (word, at + skipped))
                    .collect();
            }
        }
    }

    /// Reads the bodies of the here-documents that an instruction announces.
    fn heredocs(&mut self, joined: &Joined, instruction: &mut Instruction) {
        let start_line = instruction.start_line;
        let owner = match &mut instruction.on_build {
            Some(inner) => inner.as_mut(),
            None => instruction,
        };
        let takes = matches!(owner.keyword, Keyword::Run | Keyword::Copy | Keyword::Add);
        if !takes || matches!(owner.form, Form::Exec(_)) {
            return;
        }
        for mut heredoc in announced(&joined.text) {
            heredoc.first_line = count(self.at).saturating_add(1);
            let lines = &self.lines;
            let last_lines = self
                .last_lines
                .get_or_insert_with(|| LastLines::of(lines.iter().map(|line| without_feed(line))));
            let terminated = last_lines.ends(&heredoc, self.at);
            if !terminated {
                self.problems.push(Problem::new(
                    ProblemKind::UnterminatedHeredoc,
                    (start_line, 1),
                    say!(
                        "the here-document has no end: a line with only `{}` is missing",
                        heredoc.name
                    ),
                ));
            }
            while let Some(raw) = self.lines.get(self.at) {
                let line = without_feed(raw);
                let line = if heredoc.strip_tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if terminated && line == heredoc.name {
                    self.at += 1;
                    break;
                }
                // Nothing ends it, so it ends where the next instruction seems to start.
                if !terminated && looks_like_instruction(raw) {
                    break;
                }
                self.at += 1;
                heredoc.push_line(raw, count(self.at));
            }
            owner.heredocs.push(heredoc);
        }
    }
}

fn set_end(instruction: &mut Instruction, line: u32) {
    instruction.end_line = line;
    if let Some(inner) = &mut instruction.on_build {
        inner.end_line = line;
    }
}

fn without_feed(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// Whether a line starts with a known name in upper case.
fn looks_like_instruction(line: &str) -> bool {
    let name = line.split(is_blank).next().unwrap_or_default();
    Keyword::ALL.iter().any(|(_, known)| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The instructions behind a FROM.
    fn after_from(text: &str) -> Vec<Instruction> {
        let mut instructions = parse(&format!("FROM x\n{text}")).instructions;
        instructions.remove(0);
        instructions
    }

    fn first(text: &str) -> Instruction {
        after_from(text).remove(0)
    }

    #[test]
    fn lines_are_joined_as_buildkit_does() {
        for (text, expected, lines) in [
            ("RUN a && b", "a && b", (2, 2)),
            ("RUN a \\\n  && b \\\n  && c\n", "a   && b   && c", (2, 4)),
            ("RUN a \\\n# why\n  && b\n", "a   && b", (2, 4)),
            ("RUN a \\\n\n  # why\n\n  && b\n", "a   && b", (2, 6)),
            ("RUN a \\  \t\n b\n", "a  b", (2, 3)),
            ("RUN a \\\r\n  b\r\n", "a   b", (2, 3)),
            ("RUN a\\\\\nCMD b\n", "a\\\\", (2, 2)),
            ("RUN a \\", "a", (2, 2)),
            ("RUN a # b \\\n c\n", "a # b  c", (2, 3)),
            ("  RU\\\nN a\n", "a", (2, 3)),
            ("\n\n\trun a\n", "a", (4, 4)),
            ("RUN a \\\nCMD b\n", "a CMD b", (2, 3)),
            ("RUN\ta\n", "a", (2, 2)),
        ] {
            let found = first(text);
            assert_eq!(found.keyword, Keyword::Run, "{text:?}");
            assert_eq!(found.text, expected, "{text:?}");
            assert_eq!((found.start_line, found.end_line), lines, "{text:?}");
        }
    }

    #[test]
    fn an_offset_leads_back_to_the_file() {
        let run =
            first("RUN --mount=type=cache,target=/x apt-get update \\\n # why\n\n  && apt-get install é \\\n\tx\n");
        for (word, place) in [
            ("apt-get update", (2, 34)),
            ("&&", (5, 3)),
            ("é", (5, 22)),
            ("\tx", (6, 1)),
        ] {
            let offset = run.text.find(word).unwrap();
            assert_eq!(run.locate(offset), place, "{word}");
        }
    }

    #[test]
    fn directives_stand_above_everything_else() {
        for (text, escape, names) in [
            ("# escape=`\nFROM x\n", '`', vec!["escape"]),
            (
                "# syntax=docker/dockerfile:1\n#Escape = `\nFROM x\n",
                '`',
                vec!["syntax", "escape"],
            ),
            ("\u{feff}# escape=`\r\nFROM x\r\n", '`', vec!["escape"]),
            ("# why\n# escape=`\nFROM x\n", '\\', vec![]),
            ("\n# escape=`\nFROM x\n", '\\', vec![]),
            ("FROM x\n# escape=`\n", '\\', vec![]),
            ("# other=1\n# escape=`\nFROM x\n", '\\', vec![]),
        ] {
            let parsed = parse(text);
            let found: Vec<&str> = parsed
                .directives
                .iter()
                .map(|directive| directive.name.as_str())
                .collect();
            assert_eq!((parsed.escape, found), (escape, names), "{text:?}");
        }
        assert_eq!(
            parse("# escape=`\nFROM x\nRUN a `\n  C:\\\nCMD b\n").instructions[1].text,
            "a   C:\\"
        );
    }

    #[test]
    fn comments_are_kept_with_their_lines() {
        let comments = parse("# top\nFROM x\nRUN a \\\n  # inside\n  b # not one\n#\n").comments;
        let found: Vec<(u32, &str)> = comments
            .iter()
            .map(|comment| (comment.line, comment.text.as_str()))
            .collect();
        assert_eq!(found, [(1, "top"), (4, "inside"), (6, "")]);
    }

    #[test]
    fn the_json_form_is_told_from_the_shell_form() {
        let shell = |text: &str| Form::Shell(text.to_owned());
        let exec = |words: &[&str]| Form::Exec(words.iter().map(|word| (*word).to_owned()).collect());
        for (text, expected) in [
            (
                r#"RUN ["apt-get","install","-y","x"]"#,
                exec(&["apt-get", "install", "-y", "x"]),
            ),
            ("CMD [\"a\", \\\n  \"b c\"]\n", exec(&["a", "b c"])),
            ("CMD []", exec(&[])),
            ("ENTRYPOINT uvicorn app", shell("uvicorn app")),
            ("CMD ['a']", shell("['a']")),
            (r#"CMD ["a"] b"#, shell(r#"["a"] b"#)),
            (r#"HEALTHCHECK --interval=5s CMD ["a"]"#, exec(&["a"])),
            ("HEALTHCHECK CMD a b", shell("a b")),
            (r#"USER ["a"]"#, shell(r#"["a"]"#)),
        ] {
            assert_eq!(first(text).form, expected, "{text}");
        }
    }

    #[test]
    fn names_and_values_are_read_in_every_spelling() {
        for (text, expected) in [
            ("ENV PYTHONUNBUFFERED 1", vec![("PYTHONUNBUFFERED", Some("1"))]),
            ("ENV PYTHONUNBUFFERED=1", vec![("PYTHONUNBUFFERED", Some("1"))]),
            ("env PYTHONUNBUFFERED=\"1\"", vec![("PYTHONUNBUFFERED", Some("\"1\""))]),
            ("ENV a  b c", vec![("a", Some("b c"))]),
            (
                "ENV a=1 \\\n  # why\n  b='x y' c=d\\ e",
                vec![("a", Some("1")), ("b", Some("'x y'")), ("c", Some("d\\ e"))],
            ),
            ("LABEL \"a b\"=c", vec![("\"a b\"", Some("c"))]),
            (
                "ARG DEBIAN_FRONTEND=noninteractive",
                vec![("DEBIAN_FRONTEND", Some("noninteractive"))],
            ),
            ("ARG a b=", vec![("a", None), ("b", Some(""))]),
        ] {
            let found = first(text);
            let pairs: Vec<_> = found
                .pairs
                .iter()
                .map(|pair| (pair.name.as_str(), pair.value.as_deref()))
                .collect();
            assert_eq!(pairs, expected, "{text}");
        }
        let lines: Vec<u32> = first("ENV a=1 \\\n  b=2\n")
            .pairs
            .iter()
            .map(|pair| pair.line)
            .collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn here_documents_belong_to_their_instruction() {
        let text = "RUN cat <<A <<-'B' > x\n# a\nA\n\tb\n\tB\nCOPY <<EOF /x\n\nEOF\nONBUILD RUN <<EOF\nc\nEOF\nCMD d\n";
        let found = after_from(text);
        let names: Vec<_> = found.iter().map(|instruction| instruction.keyword).collect();
        assert_eq!(names, [Keyword::Run, Keyword::Copy, Keyword::Onbuild, Keyword::Cmd]);
        let bodies: Vec<_> = found[0]
            .heredocs
            .iter()
            .map(|heredoc| {
                (
                    heredoc.name.as_str(),
                    heredoc.body.as_str(),
                    heredoc.first_line,
                    heredoc.expand,
                )
            })
            .collect();
        assert_eq!(bodies, [("A", "# a\n", 3, true), ("B", "b\n", 5, false)]);
        assert_eq!((found[0].start_line, found[0].end_line), (2, 6));
        assert_eq!(found[1].heredocs[0].body, "\n");
        assert_eq!(found[2].on_build.as_ref().unwrap().heredocs[0].body, "c\n");
        assert_eq!(found[2].heredocs, []);
    }

    #[test]
    fn reading_goes_on_behind_a_mistake() {
        let parsed = parse("FROM x\nRUNN a\nRUN <<EOF\nb\nCOPY c d\nCMD [1]\nUSER e\n");
        let names: Vec<_> = parsed
            .instructions
            .iter()
            .map(|instruction| instruction.name.as_str())
            .collect();
        assert_eq!(names, ["FROM", "RUNN", "RUN", "COPY", "CMD", "USER"]);
        let kinds: Vec<_> = parsed
            .problems
            .iter()
            .map(|problem| (problem.line, problem.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                (2, ProblemKind::UnknownInstruction),
                (3, ProblemKind::UnterminatedHeredoc),
                (6, ProblemKind::BadJson)
            ]
        );
        assert!(parsed.problems.iter().all(Problem::stops_build));
    }

    #[test]
    fn onbuild_holds_an_instruction_and_no_more() {
        let found = first("ONBUILD COPY --from=b a \\\n c\n");
        let inner = found.on_build.unwrap();
        assert_eq!(
            (inner.keyword, inner.flag("from"), inner.start_line),
            (Keyword::Copy, Some("b"), 2)
        );
        assert_eq!(inner.arguments().collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(inner.locate(inner.text.find('c').unwrap()), (3, 2));
        let deep = first(&"ONBUILD ".repeat(100_000));
        assert!(deep.on_build.unwrap().on_build.is_none());
    }

    #[test]
    fn any_text_is_read_without_harm() {
        for text in [
            "\u{0}",
            "\\",
            "\\\n\\\n\\",
            "#",
            "# escape=",
            "RUN \\\n#",
            "é",
            "RUN <<",
            "RUN <<E",
            "--",
            "FROM --",
            "ENV =",
            "\r",
            "\u{feff}",
        ] {
            let parsed = parse(text);
            assert!(
                parsed
                    .problems
                    .iter()
                    .all(|problem| problem.line > 0 && problem.column > 0),
                "{text:?}"
            );
            crate::dockerfile::final_image(&parsed, None);
        }
    }
}

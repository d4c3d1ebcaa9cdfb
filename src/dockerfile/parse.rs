//! From text to instructions, by the rules of BuildKit's `frontend/dockerfile/parser`.

use crate::dockerfile::{
    heredoc,
    instruction::{Directive, Dockerfile, Flag, Form, Heredoc, Instruction, Keyword, Problem},
    words,
};

/// The longest text of an instruction that is looked into, in bytes; what is beyond is cut off, with a problem.
const TEXT_LIMIT: usize = 1024 * 1024;

/// Reads a Dockerfile. Never fails; what BuildKit would refuse is among the problems.
pub fn parse(text: &str) -> Dockerfile {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text.lines().map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let mut found = Dockerfile {
        escape: '\\',
        directives: Vec::new(),
        comments: Vec::new(),
        instructions: Vec::new(),
        problems: Vec::new(),
    };
    let mut next = directives(&lines, &mut found);
    while let Some(line) = lines.get(next) {
        let trimmed = line.trim_start();
        if let Some(comment) = trimmed.strip_prefix('#') {
            found.comments.push((number(next), comment.to_owned()));
            next += 1;
        } else if trimmed.is_empty() {
            next += 1;
        } else {
            next = instruction(&lines, next, &mut found);
        }
    }
    check_order(&mut found);
    found
}

/// The 1-based number of the line with this index.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}

/// Reads `# name=value` lines until the first that is none; returns the index of the line after them.
fn directives(lines: &[&str], found: &mut Dockerfile) -> usize {
    let mut next = 0;
    while let Some(line) = lines.get(next) {
        let Some((name, value)) = line.trim_start().strip_prefix('#').and_then(|rest| rest.split_once('=')) else {
            break;
        };
        let (name, value) = (name.trim().to_lowercase(), value.trim());
        if !matches!(name.as_str(), "syntax" | "escape" | "check") || value.is_empty() {
            break;
        }
        if found.directives.iter().any(|directive| directive.name == name) {
            found.problems.push(Problem {
                line: number(next),
                message: format!("only one `{name}` directive can be used"),
                suggestion: None,
            });
        }
        if name == "escape" {
            match value {
                "\\" | "`" => found.escape = if value == "`" { '`' } else { '\\' },
                _ => found.problems.push(Problem {
                    line: number(next),
                    message: format!("the escape character can be `\\` or a backtick, not `{value}`"),
                    suggestion: None,
                }),
            }
        }
        found.directives.push(Directive {
            name,
            value: value.to_owned(),
            line: number(next),
        });
        next += 1;
    }
    next
}

/// A line's text without its continuation mark, and whether it had one. The mark is the last character but for blanks,
/// and not itself escaped.
fn continued(line: &str, escape: char) -> (&str, bool) {
    let end = line.trim_end_matches([' ', '\t']);
    match end.strip_suffix(escape) {
        Some(rest) if !rest.ends_with(escape) => (rest, true),
        _ => (line, false),
    }
}

/// Reads the instruction that begins at `first`; returns the index of the line after it.
fn instruction(lines: &[&str], first: usize, found: &mut Dockerfile) -> usize {
    let escape = found.escape;
    let (start, mut more) = continued(lines[first].trim_start(), escape);
    let mut joined = start.to_owned();
    let mut origins = vec![(0, number(first))];
    let mut next = first + 1;
    while more {
        let Some(line) = lines.get(next) else { break };
        next += 1;
        let trimmed = line.trim_start();
        if let Some(comment) = trimmed.strip_prefix('#') {
            found.comments.push((number(next - 1), comment.to_owned()));
            continue;
        }
        if trimmed.is_empty() {
            continue;
        }
        let (part, again) = continued(line, escape);
        origins.push((joined.len(), number(next - 1)));
        joined.push_str(part);
        more = again;
    }
    if joined.len() > TEXT_LIMIT {
        let mut end = TEXT_LIMIT;
        while !joined.is_char_boundary(end) {
            end -= 1;
        }
        joined.truncate(end);
        found.problems.push(Problem {
            line: number(first),
            message: format!("an instruction longer than {} KiB", TEXT_LIMIT / 1024),
            suggestion: None,
        });
    }
    let mut read = from_joined(&joined, &origins, number(first), number(next - 1), escape, &mut found.problems);
    if may_hold_heredocs(&read) {
        for announced in heredoc::announced(&joined, escape) {
            let first_line = number(next);
            let mut body = String::new();
            let mut ended = false;
            while let Some(line) = lines.get(next) {
                next += 1;
                let line = if announced.strip_tabs { line.trim_start_matches('\t') } else { line };
                if line == announced.name {
                    ended = true;
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            if !ended {
                found.problems.push(Problem {
                    line: number(first),
                    message: format!("the here-document `{}` has no end", announced.name),
                    suggestion: None,
                });
            }
            read.heredocs.push(Heredoc {
                name: announced.name,
                expand: announced.expand,
                body,
                first_line,
            });
        }
        read.end_line = number(next - 1);
        if let Some(inner) = &mut read.on_build {
            inner.heredocs.clone_from(&read.heredocs);
            inner.end_line = read.end_line;
        }
    }
    found.instructions.push(read);
    next
}

fn may_hold_heredocs(instruction: &Instruction) -> bool {
    let keyword = instruction.on_build.as_ref().map_or(instruction.keyword, |inner| inner.keyword);
    matches!(keyword, Keyword::Run | Keyword::Copy | Keyword::Add) && !matches!(instruction.form, Form::Exec(_))
}

fn from_joined(
    joined: &str,
    origins: &[(usize, u32)],
    start_line: u32,
    end_line: u32,
    escape: char,
    problems: &mut Vec<Problem>,
) -> Instruction {
    let line = joined.trim_start();
    let name_end = line.find(char::is_whitespace).unwrap_or(line.len());
    let name = &line[..name_end];
    let keyword = Keyword::of(name);
    let rest = &line[name_end..];
    let (flags, text) = match keyword {
        Keyword::Unknown | Keyword::Onbuild | Keyword::Maintainer => (Vec::new(), rest.trim_start()),
        _ => flags(rest.trim_start(), escape),
    };
    let text = text.trim_end();
    let offset = joined.len() - joined.trim_end_matches(char::is_whitespace).len();
    let shift = joined.trim_end().len().saturating_sub(text.len());
    debug_assert!(offset <= joined.len());
    let mut shifted: Vec<(usize, u32)> = Vec::with_capacity(origins.len());
    for (start, line) in origins {
        match start.checked_sub(shift) {
            Some(start) => shifted.push((start, *line)),
            None => {
                shifted.clear();
                shifted.push((0, *line));
            }
        }
    }
    if keyword == Keyword::Unknown {
        problems.push(Problem {
            line: start_line,
            message: format!("unknown instruction: {}", name.chars().take(40).collect::<String>()),
            suggestion: nearest(name).map(str::to_owned),
        });
    } else if text.is_empty() && !matches!(keyword, Keyword::Run | Keyword::Copy | Keyword::Add) {
        problems.push(Problem {
            line: start_line,
            message: format!("{} requires an argument", name.to_uppercase()),
            suggestion: None,
        });
    }
    let form = match keyword {
        Keyword::Add
        | Keyword::Cmd
        | Keyword::Copy
        | Keyword::Entrypoint
        | Keyword::Run
        | Keyword::Shell
        | Keyword::Volume => words::json_array(text).map(Form::Exec),
        _ => None,
    }
    .unwrap_or_else(|| Form::Shell(text.to_owned()));
    let on_build = (keyword == Keyword::Onbuild && !text.is_empty()).then(|| {
        // ONBUILD within ONBUILD is refused by every builder, so one step is deep enough.
        let mut inner = from_joined_once(text, &shifted, start_line, end_line, escape);
        inner.on_build = None;
        Box::new(inner)
    });
    Instruction {
        keyword,
        name: name.to_owned(),
        flags,
        text: text.to_owned(),
        form,
        heredocs: Vec::new(),
        start_line,
        end_line,
        on_build,
        origins: shifted,
    }
}

fn from_joined_once(text: &str, origins: &[(usize, u32)], start: u32, end: u32, escape: char) -> Instruction {
    if text.get(..7).is_some_and(|word| word.eq_ignore_ascii_case("onbuild")) {
        return Instruction {
            keyword: Keyword::Unknown,
            name: "ONBUILD".to_owned(),
            flags: Vec::new(),
            text: String::new(),
            form: Form::Shell(String::new()),
            heredocs: Vec::new(),
            start_line: start,
            end_line: end,
            on_build: None,
            origins: origins.to_vec(),
        };
    }
    from_joined(text, origins, start, end, escape, &mut Vec::new())
}

/// Takes `--name=value` words off the front; a value may hold quoted blanks.
fn flags(text: &str, escape: char) -> (Vec<Flag>, &str) {
    let mut flags = Vec::new();
    let mut rest = text;
    while rest.starts_with("--") {
        let Some((_, word)) = words::split(rest.get(..rest.len().min(64 * 1024)).unwrap_or(rest), escape).into_iter().next()
        else {
            break;
        };
        let after = rest[word.len().min(rest.len())..].trim_start();
        rest = after;
        if word == "--" {
            break;
        }
        let bare: String = word[2..].chars().filter(|c| !matches!(c, '"' | '\'')).collect();
        flags.push(match bare.split_once('=') {
            Some((name, value)) => Flag {
                name: name.to_owned(),
                value: Some(value.to_owned()),
            },
            None => Flag {
                name: bare,
                value: None,
            },
        });
    }
    (flags, rest)
}

/// What no builder accepts though each instruction by itself is well formed.
fn check_order(found: &mut Dockerfile) {
    let mut from = false;
    for instruction in &found.instructions {
        match instruction.keyword {
            Keyword::From => from = true,
            Keyword::Arg | Keyword::Unknown => {}
            _ if from => {}
            _ => {
                found.problems.push(Problem {
                    line: instruction.start_line,
                    message: format!("{} stands before the first FROM", instruction.name.to_uppercase()),
                    suggestion: None,
                });
                break;
            }
        }
    }
    found.problems.sort_by_key(|problem| problem.line);
}

/// The keyword that differs from this word in at most two letters.
fn nearest(word: &str) -> Option<&'static str> {
    if word.len() > 20 {
        return None;
    }
    let word = word.to_uppercase();
    Keyword::ALL
        .iter()
        .map(|(text, _)| (distance(&word, text), *text))
        .min()
        .filter(|(distance, text)| *distance <= 2 && *distance < text.len())
        .map(|(_, text)| text)
}

/// Edit distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut previous = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = previous + usize::from(x != *y);
            previous = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(previous + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, String)> {
        parse(text).instructions.into_iter().map(|found| (found.name, found.text)).collect()
    }

    #[test]
    fn continuations_join_and_drop_comments_and_blank_lines() {
        let text = "RUN apt-get update \\\n\n  # why\n  && apt-get install -y x\\\n y\nUSER a\n";
        let found = parse(text);
        assert_eq!(found.instructions[0].text, "apt-get update   && apt-get install -y x y");
        assert_eq!((found.instructions[0].start_line, found.instructions[0].end_line), (1, 5));
        let at = found.instructions[0].text.find("&&").unwrap();
        assert_eq!(found.instructions[0].line_at(at), 4);
        assert_eq!(found.instructions[1].start_line, 6);
        assert_eq!(found.comments, [(3, " why".to_owned())]);
    }

    #[test]
    fn carriage_returns_and_a_byte_order_mark_do_not_show() {
        assert_eq!(texts("\u{feff}FROM a\r\nRUN b \\\r\n c\r\n")[1].1, "b  c");
    }

    #[test]
    fn the_escape_directive_counts_only_at_the_top() {
        assert_eq!(texts("# escape=`\nFROM a\nRUN b `\n c")[1].1, "b  c");
        assert_eq!(parse("\n# escape=`\nFROM a").escape, '\\');
    }

    #[test]
    fn heredocs_belong_to_their_instruction() {
        let found = parse("FROM a\nRUN <<EOF\nFROM b\nEOF\nCOPY <<-X <<Y /to/\n\tx\n\tX\ny\nY\nUSER u");
        let names: Vec<&str> = found.instructions.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, ["FROM", "RUN", "COPY", "USER"]);
        assert_eq!(found.instructions[1].heredocs[0].body, "FROM b\n");
        assert_eq!(found.instructions[1].end_line, 4);
        assert_eq!(found.instructions[2].heredocs[0].body, "x\n");
        assert_eq!(found.instructions[2].heredocs[1].body, "y\n");
        assert!(found.problems.is_empty(), "{:?}", found.problems);
    }

    #[test]
    fn json_is_exec_form_and_anything_else_is_text() {
        let form = |text: &str| parse(&format!("FROM a\n{text}")).instructions[1].form.clone();
        assert_eq!(form(r#"CMD ["a", "b c"]"#), Form::Exec(vec!["a".to_owned(), "b c".to_owned()]));
        assert_eq!(form("CMD []"), Form::Exec(vec![]));
        assert_eq!(form("CMD ['a']"), Form::Shell("['a']".to_owned()));
    }

    #[test]
    fn flags_are_taken_off_the_front() {
        let found = parse("FROM --platform=linux/amd64 a AS b\nCOPY --chown=1:2 --link . /x --y");
        assert_eq!(found.instructions[0].flag("platform"), Some("linux/amd64"));
        assert_eq!(found.instructions[0].text, "a AS b");
        assert_eq!(found.instructions[1].text, ". /x --y");
        assert_eq!(found.instructions[1].flags.len(), 2);
    }

    #[test]
    fn problems_are_told_and_reading_goes_on() {
        let found = parse("FROM a\nRUNN x\nUSER u\n");
        assert_eq!(found.problems[0].line, 2);
        assert_eq!(found.problems[0].suggestion.as_deref(), Some("RUN"));
        assert_eq!(found.instructions.len(), 3);
        assert_eq!(parse("RUN x").problems[0].message, "RUN stands before the first FROM");
        assert!(parse("RUN <<E\nx").problems.iter().any(|problem| problem.message.contains("no end")));
    }

    #[test]
    fn onbuild_holds_an_instruction() {
        let found = parse("FROM a\nONBUILD RUN x\nONBUILD ONBUILD RUN x");
        assert_eq!(found.instructions[1].on_build.as_ref().unwrap().text, "x");
        assert_eq!(found.instructions[2].on_build.as_ref().unwrap().keyword, Keyword::Unknown);
    }

    #[test]
    fn lines_within_the_first_fragment_are_right() {
        let found = parse("FROM a\nRUN \\\n  first \\\n  second");
        let run = &found.instructions[1];
        assert_eq!(run.line_at(0), 3);
        assert_eq!(run.line_at(run.text.find("second").unwrap()), 4);
    }
}

//! Code in lessons, its parts dressed: a Dockerfile's instructions, flags, variables and comments, a shell's comments.

use crate::output::style::Style;

/// How a block of code is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A Dockerfile.
    Dockerfile,
    /// What is typed in a shell.
    Shell,
    /// Anything else.
    Plain,
}

impl Reading {
    /// By the word that opens the block in Markdown.
    pub(super) fn of(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "dockerfile" | "docker" => Self::Dockerfile,
            "bash" | "sh" | "shell" | "console" => Self::Shell,
            _ => Self::Plain,
        }
    }
}

/// Dresses the lines of a block.
pub(super) fn dressed(text: &str, reading: Reading, style: Style) -> Vec<String> {
    // Whether the line before goes on here.
    let mut goes_on = false;
    text.lines()
        .map(|line| {
            let line_dressed = match reading {
                Reading::Plain => style.code(line),
                Reading::Shell => shell(line, style),
                Reading::Dockerfile => dockerfile(line, goes_on, style),
            };
            let is_comment = line.trim_start().starts_with('#');
            goes_on = line.trim_end().ends_with('\\') || (goes_on && is_comment);
            line_dressed
        })
        .collect()
}

fn shell(line: &str, style: Style) -> String {
    let at = if line.trim_start().starts_with('#') {
        Some(0)
    } else {
        line.find(" #")
    };
    match at.and_then(|at| line.split_at_checked(at)) {
        Some((command, comment)) => format!("{}{}", style.code(command), style.dim(comment)),
        None => style.code(line),
    }
}

fn dockerfile(line: &str, goes_on: bool, style: Style) -> String {
    let trimmed = line.trim_start();
    let (blank, _) = line.split_at(line.len() - trimmed.len());
    if trimmed.starts_with('#') {
        return format!("{blank}{}", style.dim(trimmed));
    }
    let mut out = blank.to_owned();
    let mut rest = trimmed;
    if !goes_on {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (keyword, after) = rest.split_at(end);
        if keyword.chars().all(|c| c.is_ascii_uppercase()) {
            out.push_str(&style.keyword(keyword));
            rest = after;
        }
    }
    for (index, word) in rest.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let is_name = word == "AS" || (word.starts_with("--") && word.len() > 2);
        if word.is_empty() {
        } else if is_name {
            out.push_str(&style.keyword(word));
        } else if word.starts_with('$') {
            out.push_str(&style.care(word));
        } else {
            out.push_str(&style.code(word));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that are dressed otherwise than as code, and how.
    fn marks(text: &str, reading: Reading) -> String {
        let style = Style::new(true);
        let word = |text: &str, dress: fn(Style, &str) -> String| {
            let sample = dress(style, "x");
            let (before, after) = sample.split_once('x').unwrap();
            text.replace(before, "<").replace(after, ">")
        };
        dressed(text, reading, style)
            .iter()
            .map(|line| {
                let line = line.replace(style.code("x").split_once('x').unwrap().0, "");
                let line = word(&line, |style, text| style.keyword(text));
                word(&line, |style, text| style.dim(text))
            })
            .collect::<Vec<_>>()
            .join("\n")
            .replace("\u{1b}[0m", ">")
    }

    #[test]
    fn an_instruction_is_told_from_what_it_is_given() {
        let shown = marks("# why\nFROM ubuntu AS a\nRUN apt-get \\\n  FOO", Reading::Dockerfile);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].starts_with('<'), "{shown}");
        assert!(lines[1].starts_with("<FROM>"), "{shown}");
        assert!(lines[1].contains("<AS>"), "{shown}");
        assert!(!lines[3].contains('<'), "{shown}");
        assert!(marks("ls # here", Reading::Shell).contains('<'), "{shown}");
    }

    #[test]
    fn without_colour_nothing_changes() {
        let text = "FROM a  AS b\n\n  # c\nCOPY --from=b /x ${Y}";
        assert_eq!(dressed(text, Reading::Dockerfile, Style::plain()).join("\n"), text);
    }
}

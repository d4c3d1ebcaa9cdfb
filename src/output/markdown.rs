//! Lessons on a terminal: Markdown wrapped to its width.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::output::{
    code::{self, Reading},
    style::Style,
};

/// Renders Markdown for a terminal of so many columns.
pub fn render(text: &str, columns: usize, style: Style) -> String {
    let mut page = Page {
        out: String::new(),
        line: String::new(),
        columns: columns.min(100),
        style,
        lists: Vec::new(),
        quote: 0,
        bullet: None,
        code: None,
        table: None,
        link: None,
        role: Vec::new(),
    };
    let text: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        page.event(event);
    }
    page.flush();
    page.out.trim_matches('\n').to_owned() + "\n"
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Head,
    Strong,
}

struct Page {
    out: String,
    line: String,
    columns: usize,
    style: Style,
    /// The number of the next item, none for a list of bullets.
    lists: Vec<Option<u64>>,
    quote: usize,
    bullet: Option<String>,
    /// How the code that is being read is dressed; none outside code.
    code: Option<Reading>,
    /// The rows of the table that is being read, their cells; none outside a table.
    table: Option<Vec<Vec<String>>>,
    link: Option<String>,
    role: Vec<Role>,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code.is_some() => {
                let indent = self.indent();
                for line in code::dressed(&text, self.code.unwrap_or(Reading::Plain), self.style) {
                    self.out.push_str(format!("{indent}    {line}").trim_end());
                    self.out.push('\n');
                }
            }
            Event::Text(text) => {
                let dressed = match self.role.last() {
                    Some(Role::Head | Role::Strong) => words_dressed(&text, |word| self.style.head(word)),
                    None => text.to_string(),
                };
                self.line.push_str(&dressed);
            }
            Event::Code(text) => {
                // Kept in one piece when the line is wrapped.
                let text = text.replace(' ', "\u{a0}");
                self.line.push_str(&self.style.code(format!("`{text}`")));
            }
            Event::SoftBreak => self.line.push(' '),
            Event::HardBreak => self.flush(),
            Event::Rule => {
                self.flush();
                self.blank();
                self.out.push_str(&self.style.dim("-".repeat(self.columns.min(40))));
                self.out.push('\n');
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.blank();
                self.role.push(Role::Head);
                if level as usize > 1 {
                    self.line.push_str(&self.style.head("#".repeat(level as usize)));
                    self.line.push(' ');
                }
            }
            Tag::Paragraph if self.bullet.is_none() => {
                self.flush();
                self.blank();
            }
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.blank();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let mark = format!("{number}. ");
                        *number += 1;
                        mark
                    }
                    _ => "- ".to_owned(),
                };
                self.bullet = Some(mark);
            }
            Tag::CodeBlock(kind) => {
                self.flush();
                self.blank();
                self.code = Some(match kind {
                    CodeBlockKind::Fenced(word) => Reading::of(&word),
                    CodeBlockKind::Indented => Reading::Plain,
                });
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quote += 1;
            }
            Tag::Table(_) => {
                self.flush();
                self.blank();
                self.table = Some(Vec::new());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            Tag::Strong | Tag::Emphasis => self.role.push(Role::Strong),
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.to_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.role.pop();
                self.flush();
            }
            TagEnd::Paragraph | TagEnd::Item => self.flush(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::CodeBlock => self.code = None,
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quote = self.quote.saturating_sub(1);
            }
            TagEnd::Strong | TagEnd::Emphasis => {
                self.role.pop();
            }
            TagEnd::Link => {
                if let Some(link) = self.link.take()
                    && !self.line.ends_with(&link)
                {
                    self.line.push_str(&format!(" ({})", self.style.dim(link)));
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.line).replace('\u{a0}', " ");
                if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                let rows = self.table.take().unwrap_or_default();
                let table = table(&rows, self.columns, &self.indent(), self.style);
                self.out.push_str(&table);
            }
            _ => {}
        }
    }

    fn indent(&self) -> String {
        let quote = "| ".repeat(self.quote);
        format!("{quote}{}", "   ".repeat(self.lists.len()))
    }

    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn flush(&mut self) {
        if self.line.trim().is_empty() {
            self.line.clear();
            return;
        }
        let indent = self.indent();
        let first = match self.bullet.take() {
            Some(bullet) => {
                let outer = indent.len().saturating_sub(3);
                format!("{}{bullet:<3}", indent.get(..outer).unwrap_or_default())
            }
            None => indent.clone(),
        };
        let text = super::wrapped(&self.line.replace('\u{a0}', "\u{1}"), self.columns, &indent);
        self.out.push_str(&format!("{first}{}\n", text.replace('\u{1}', " ")));
        self.line.clear();
    }
}

/// A table, its columns as wide as their cells; where that is too wide, a line a cell.
fn table(rows: &[Vec<String>], columns: usize, indent: &str, style: Style) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &[String], column: usize| row.get(column).cloned().unwrap_or_default();
    let width = |text: &str| console::measure_text_width(text);
    let widths: Vec<usize> = (0..count)
        .map(|column| rows.iter().map(|row| width(&cell(row, column))).max().unwrap_or(0))
        .collect();
    let whole = indent.len() + widths.iter().sum::<usize>() + 2 * count.saturating_sub(1);
    let mut out = String::new();
    let Some((head, body)) = rows.split_first() else {
        return out;
    };
    if whole <= columns {
        for (index, row) in rows.iter().enumerate() {
            let mut line = indent.to_owned();
            for (column, wide) in widths.iter().enumerate() {
                let text = cell(row, column);
                let pad = " ".repeat(wide + 2 - width(&text));
                let text = if index == 0 {
                    words_dressed(&text, |word| style.head(word))
                } else {
                    text
                };
                line.push_str(&text);
                line.push_str(&pad);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        return out;
    }
    for row in body {
        for column in 0..count {
            let label = style.dim(cell(head, column));
            let text = format!("{label}: {}", cell(row, column));
            let deeper = format!("{indent}  ");
            out.push_str(&format!("{indent}{}\n", super::wrapped(&text, columns, &deeper)));
        }
        out.push('\n');
    }
    out
}

/// Each word dressed by itself, so that wrapping does not cut through it.
fn words_dressed(text: &str, dress: impl Fn(&str) -> String) -> String {
    text.split(' ')
        .map(|word| if word.is_empty() { String::new() } else { dress(word) })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_or_a_line_a_cell_where_it_is_too_wide() {
        let text = "| a | bb |\n|---|---|\n| `long x` | y |\n";
        assert_eq!(render(text, 40, Style::plain()), "a         bb\n`long x`  y\n");
        let wide = format!("| a | b |\n|---|---|\n| {} | y |\n", "word ".repeat(12));
        let shown = render(&wide, 40, Style::plain());
        assert!(
            shown.starts_with("a: word word") && shown.contains("\nb: y\n"),
            "{shown}"
        );
        assert!(shown.lines().all(|line| line.len() <= 40), "{shown}");
    }

    #[test]
    fn a_page_is_wrapped_and_indented() {
        let text = "# Title\n\nSome words that are long enough to be wrapped at forty columns.\n\n1. first `a b`\n2. second\n   ```sh\n   x\n   ```\n- [l](http://x)\n";
        let page = render(text, 40, Style::plain());
        assert_eq!(
            page,
            "Title\n\nSome words that are long enough to be\nwrapped at forty columns.\n\n1. first `a b`\n2. second\n\n       x\n\n-  l (http://x)\n"
        );
    }
}

//! Lessons on a terminal: Markdown wrapped to its width.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::output::style::Style;

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
        code: false,
        link: None,
        role: Vec::new(),
    };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
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
    code: bool,
    link: Option<String>,
    role: Vec<Role>,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => {
                for line in text.lines() {
                    let indent = self.indent();
                    self.out.push_str(&format!("{indent}    {}\n", self.style.code(line)));
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
                self.code = true;
                let _ = matches!(kind, CodeBlockKind::Fenced(_));
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quote += 1;
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
            TagEnd::CodeBlock => self.code = false,
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
            TagEnd::TableCell => self.line.push_str("  "),
            TagEnd::TableRow | TagEnd::TableHead => self.flush(),
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
    fn a_page_is_wrapped_and_indented() {
        let text = "# Title\n\nSome words that are long enough to be wrapped at forty columns.\n\n1. first `a b`\n2. second\n   ```sh\n   x\n   ```\n- [l](http://x)\n";
        let page = render(text, 40, Style::plain());
        assert_eq!(
            page,
            "Title\n\nSome words that are long enough to be\nwrapped at forty columns.\n\n1. first `a b`\n2. second\n\n       x\n\n-  l (http://x)\n"
        );
    }
}

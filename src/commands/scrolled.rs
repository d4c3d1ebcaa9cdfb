//! Texts longer than the terminal.

use std::time::Duration;

use crate::{
    error::Error,
    judging::Lab,
    output::{self, Style},
    terminal::Key,
};

/// A text that takes the whole terminal until the learner goes back.
pub(super) struct Scrolled {
    pub(super) title: String,
    pub(super) lines: Vec<String>,
    pub(super) top: usize,
    /// Tasks by line, where the text is a list to choose from.
    pub(super) choices: Vec<String>,
    pub(super) chosen: usize,
    /// Whether the text is a question that `y` answers: reset the task.
    pub(super) asks: bool,
}

/// Shows a text until the learner goes back.
pub(super) fn page(lab: &Lab, title: &str, lines: Vec<String>) -> Result<(), Error> {
    let mut screen = lab.edges.terminal.page()?;
    let mut text = Scrolled::new(title, lines);
    let style = lab.style();
    loop {
        let (columns, rows) = screen.size();
        screen.draw(&output::scrolled(
            &text.title,
            &text.shown(style),
            text.top,
            columns,
            rows,
            style,
        ))?;
        if lab.interrupt.is_asked() {
            return Err(Error::interrupted());
        }
        let Some(key) = screen.key(Duration::from_millis(200))? else {
            continue;
        };
        if key == Key::Leave || !matches!(text.press(key, rows), Moved::Stays) {
            return Ok(());
        }
    }
}

/// Where a key led.
pub(super) enum Moved {
    /// Nowhere, or up and down in the text.
    Stays,
    /// Back to where the text was opened.
    Back,
    /// To the task of this id.
    Chose(String),
}

impl Scrolled {
    /// A text to read.
    pub(super) fn new(title: &str, lines: Vec<String>) -> Self {
        Self {
            title: title.to_owned(),
            lines,
            top: 0,
            choices: Vec::new(),
            chosen: 0,
            asks: false,
        }
    }

    /// Moves by a key.
    pub(super) fn press(&mut self, key: Key, rows: usize) -> Moved {
        let page = rows.saturating_sub(4).max(1);
        if !self.choices.is_empty() {
            match key {
                Key::Up => self.chosen = self.chosen.saturating_sub(1),
                Key::Down => self.chosen = (self.chosen + 1).min(self.choices.len() - 1),
                Key::Enter => {
                    return self
                        .choices
                        .get(self.chosen)
                        .map_or(Moved::Stays, |id| Moved::Chose(id.clone()));
                }
                Key::Char('q') | Key::Back => return Moved::Back,
                _ => {}
            }
            return Moved::Stays;
        }
        let last = self.lines.len().saturating_sub(page);
        match key {
            Key::Up => self.top = self.top.saturating_sub(1),
            Key::Down => self.top = (self.top + 1).min(last),
            Key::PageUp => self.top = self.top.saturating_sub(page),
            Key::PageDown | Key::Char(' ') => self.top = (self.top + page).min(last),
            Key::Home => self.top = 0,
            Key::End => self.top = last,
            Key::Char(_) | Key::Enter | Key::Back => return Moved::Back,
            Key::Leave | Key::Resized | Key::Left | Key::Right | Key::Tab | Key::Erase => {}
        }
        Moved::Stays
    }

    /// Its lines, the chosen one marked.
    pub(super) fn shown(&self, style: Style) -> Vec<String> {
        if self.choices.is_empty() {
            return self.lines.clone();
        }
        let marked = |(index, line): (usize, &String)| {
            if index == self.chosen {
                style.head(format!("> {line}"))
            } else {
                format!("  {line}")
            }
        };
        self.lines.iter().enumerate().map(marked).collect()
    }
}

//! Roles instead of colours: what a piece of text is decides how it looks. Every role is a word first; colour only helps.

use std::fmt::Display;

/// How text is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// With or without colour.
    pub fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Without colour.
    pub fn plain() -> Self {
        Self { colour: false }
    }

    fn dress(self, text: impl Display, style: console::Style) -> String {
        style.force_styling(self.colour).apply_to(text).to_string()
    }

    /// Something that holds.
    pub fn good(self, text: impl Display) -> String {
        self.dress(text, console::Style::new().green().bold())
    }

    /// Something that does not.
    pub fn fail(self, text: impl Display) -> String {
        self.dress(text, console::Style::new().red().bold())
    }

    /// Something that was not judged, or asks for attention.
    pub fn care(self, text: impl Display) -> String {
        self.dress(text, console::Style::new().yellow().bold())
    }

    /// Something that may be overlooked.
    pub fn dim(self, text: impl Display) -> String {
        self.dress(text, console::Style::new().dim())
    }

    /// A heading.
    pub fn head(self, text: impl Display) -> String {
        self.dress(text, console::Style::new().bold())
    }

    /// A word that belongs to the language of a piece of code.
    pub fn keyword(self, text: impl Display) -> String {
        self.dress(text, console::Style::new().blue().bold())
    }

    /// Something to type, or from a file.
    pub fn code(self, text: impl Display) -> String {
        self.dress(text, console::Style::new().cyan())
    }
}

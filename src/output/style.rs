//! Roles instead of colours: what a piece of text is decides how it looks. Every role is a word first; colour only helps.

use std::fmt::Display;

use crate::clean;

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

    /// By codes of SGR (ECMA-48).
    fn dress(self, text: impl Display, codes: &str) -> String {
        if self.colour {
            clean::styled(codes, text)
        } else {
            text.to_string()
        }
    }

    /// Something that holds.
    pub fn good(self, text: impl Display) -> String {
        self.dress(text, "1;32")
    }

    /// Something that does not.
    pub fn fail(self, text: impl Display) -> String {
        self.dress(text, "1;31")
    }

    /// Something that was not judged, or asks for attention.
    pub fn care(self, text: impl Display) -> String {
        self.dress(text, "1;33")
    }

    /// Something that may be overlooked.
    pub fn dim(self, text: impl Display) -> String {
        self.dress(text, "2")
    }

    /// A heading.
    pub fn head(self, text: impl Display) -> String {
        self.dress(text, "1")
    }

    /// A word that belongs to the language of a piece of code.
    pub fn keyword(self, text: impl Display) -> String {
        self.dress(text, "1;34")
    }

    /// Something to type, or from a file.
    pub fn code(self, text: impl Display) -> String {
        self.dress(text, "36")
    }
}

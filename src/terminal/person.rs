//! What commands may ask of the person at the terminal.

use std::time::Duration;

use crate::{
    engine::port::ShellIo,
    error::Error,
    terminal::{
        prompt,
        raw_mode::RawMode,
        screen::{Key, Screen},
    },
};

/// The person at the terminal: answers questions, presses keys on a page, types into a container.
pub trait Terminal: Send + Sync {
    /// Asks for yes or no; no unless they say yes, and when they leave the question with Esc or Ctrl-C.
    ///
    /// # Errors
    /// When there is no terminal to ask on.
    fn confirm(&self, question: &str, help: &str) -> Result<bool, Error>;

    /// Asks to choose one; its index, none when they leave the question.
    ///
    /// # Errors
    /// When there is no terminal to ask on.
    fn choose(&self, question: &str, answers: &[&str], help: &str) -> Result<Option<usize>, Error>;

    /// Asks for a line, with one that is proposed; none when they leave the question.
    ///
    /// # Errors
    /// When there is no terminal to ask on.
    fn line(&self, question: &str, proposed: &str, help: &str) -> Result<Option<String>, Error>;

    /// Takes the whole terminal as a page, until the page is dropped.
    ///
    /// # Errors
    /// When there is no terminal.
    fn page(&self) -> Result<Box<dyn Page>, Error>;

    /// Hands the terminal through to a container, until the guard is dropped.
    ///
    /// # Errors
    /// When there is no terminal.
    fn hand_over(&self) -> Result<(Box<dyn HandedOver>, ShellIo), Error>;
}

/// The whole terminal, drawn from the top.
pub trait Page {
    /// Columns and rows.
    fn size(&self) -> (usize, usize);

    /// Draws lines from the top.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn draw(&mut self, lines: &[String]) -> Result<(), Error>;

    /// Waits for a key for so long; none when none was pressed.
    ///
    /// # Errors
    /// When the terminal is gone.
    fn key(&mut self, within: Duration) -> Result<Option<Key>, Error>;
}

/// A terminal that a container has; dropping it gives it back.
pub trait HandedOver {}

/// The process's own terminal.
#[derive(Debug, Clone, Copy)]
pub struct Tty;

impl Terminal for Tty {
    fn confirm(&self, question: &str, help: &str) -> Result<bool, Error> {
        prompt::confirm(question, help)
    }

    fn choose(&self, question: &str, answers: &[&str], help: &str) -> Result<Option<usize>, Error> {
        prompt::choose(question, answers, help)
    }

    fn line(&self, question: &str, proposed: &str, help: &str) -> Result<Option<String>, Error> {
        prompt::line(question, proposed, help)
    }

    fn page(&self) -> Result<Box<dyn Page>, Error> {
        Ok(Box::new(Screen::enter()?))
    }

    fn hand_over(&self) -> Result<(Box<dyn HandedOver>, ShellIo), Error> {
        let (raw, io) = RawMode::enter()?;
        Ok((Box::new(raw), io))
    }
}

impl HandedOver for RawMode {}

impl Page for Screen {
    fn size(&self) -> (usize, usize) {
        self.size()
    }

    fn draw(&mut self, lines: &[String]) -> Result<(), Error> {
        self.draw(lines)
    }

    fn key(&mut self, within: Duration) -> Result<Option<Key>, Error> {
        self.key(within)
    }
}

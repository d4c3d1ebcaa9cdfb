//! The screen of an image: its layers on the left, its files on the right.

mod draw;
mod state;

pub use state::Explorer;

use std::{
    io::{self, Stdout},
    time::Duration,
};

use crossterm::{
    execute,
    terminal::{Clear, ClearType, size},
};
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};

use crate::{
    error::Error,
    interrupt::Interrupt,
    terminal::screen::{Key, Screen},
    terminal::standard_streams::raw_stdout,
};

/// A screen as large as the window. Its size is fixed: one that follows the window by itself asks the terminal for the
/// cursor's place, which not every terminal answers.
fn fitted() -> io::Result<Terminal<CrosstermBackend<Stdout>>> {
    let (columns, rows) = size()?;
    let mut out = raw_stdout();
    execute!(out, Clear(ClearType::All))?;
    let viewport = Viewport::Fixed(Rect::new(0, 0, columns, rows));
    Terminal::with_options(CrosstermBackend::new(out), TerminalOptions { viewport })
}

impl Explorer<'_> {
    /// Shows the image until the person leaves. The terminal is given back whatever happens.
    ///
    /// # Errors
    /// When there is no terminal, or it goes away.
    pub fn show(mut self, interrupt: &Interrupt) -> Result<(), Error> {
        let told = |error: io::Error| Error::io(say!("the terminal was closed")).cause(error);
        let mut screen = Screen::enter()?;
        let mut terminal = fitted().map_err(told)?;
        loop {
            terminal.draw(|frame| draw::draw(frame, &mut self)).map_err(told)?;
            let key = loop {
                if interrupt.is_asked() {
                    return Ok(());
                }
                if let Some(key) = screen.key(Duration::from_millis(200))? {
                    break key;
                }
            };
            if key == Key::Resized {
                terminal = fitted().map_err(told)?;
            } else if key == Key::Leave || !self.press(key) {
                return Ok(());
            }
        }
    }
}

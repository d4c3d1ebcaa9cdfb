//! The screen of an image: its layers on the left, its files on the right.

mod draw;
mod state;

pub use state::Explorer;

use std::time::Duration;

use ratatui::{Terminal, backend::CrosstermBackend};

use crate::{
    error::Error,
    interrupt::Interrupt,
    terminal::{Key, Screen},
};

impl Explorer<'_> {
    /// Shows the image until the person leaves. The terminal is given back whatever happens.
    ///
    /// # Errors
    /// When there is no terminal, or it goes away.
    pub fn show(mut self, interrupt: &Interrupt) -> Result<(), Error> {
        let told = |error: std::io::Error| Error::usage(say!("the terminal is gone")).cause(error);
        let mut screen = Screen::enter()?;
        let mut terminal = Terminal::new(CrosstermBackend::new(std::io::stdout())).map_err(told)?;
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
                terminal.clear().map_err(told)?;
            } else if key == Key::Leave || !self.press(key) {
                return Ok(());
            }
        }
    }
}

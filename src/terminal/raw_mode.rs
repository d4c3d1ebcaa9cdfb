//! The terminal handed through to a container: every byte typed goes in, every byte that comes out is shown.

use std::{
    io::{Read, Write},
    sync::mpsc,
    time::Duration,
};

use crate::{engine::port::ShellIo, error::Error, terminal::standard_streams::raw_stdout};

/// Raw mode, left again when this is dropped.
#[derive(Debug)]
pub(super) struct RawMode(());

impl RawMode {
    /// Switches raw mode on and gives the other ends of the terminal.
    ///
    /// # Errors
    /// When there is no terminal.
    pub(super) fn enter() -> Result<(Self, ShellIo), Error> {
        crossterm::terminal::enable_raw_mode()
            .map_err(|error| Error::usage(say!("a shell needs a terminal")).cause(error))?;
        let raw = Self(());
        let (typed, input) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(count) = std::io::stdin().read(&mut buffer) {
                if count == 0 || typed.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let (sizes, resized) = mpsc::channel();
        std::thread::spawn(move || {
            let mut last = None;
            loop {
                let size = crossterm::terminal::size().ok();
                if size != last {
                    last = size;
                    if let Some(size) = size
                        && sizes.send(size).is_err()
                    {
                        return;
                    }
                }
                std::thread::sleep(Duration::from_millis(250));
            }
        });
        let io = ShellIo {
            input,
            output: Box::new(raw_stdout()),
            resized,
        };
        Ok((raw, io))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        crossterm::terminal::disable_raw_mode().ok();
        raw_stdout().flush().ok();
    }
}

//! The whole terminal as a page that is redrawn, and the keys that are pressed on it.

use std::{
    io::Write,
    sync::{
        Once,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use crossterm::{
    cursor,
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    execute, queue,
    style::Print,
    terminal::{self, ClearType},
};

use crate::{
    clean,
    error::Error,
    terminal::{hangup::is_gone, standard_streams::raw_stdout},
};

/// A key that was pressed, or that the page has another size now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter, digit or blank.
    Char(char),
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Tab.
    Tab,
    /// Backspace.
    Erase,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// Enter.
    Enter,
    /// Esc.
    Back,
    /// Ctrl-C or Ctrl-D.
    Leave,
    /// The terminal's size changed.
    Resized,
}

/// The terminal, as it was before when this is dropped.
#[derive(Debug)]
pub(super) struct Screen {
    drawn: Vec<String>,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn enter() -> Result<Self, Error> {
        static HOOK: Once = Once::new();
        let told = |error: std::io::Error| Error::usage(say!("this needs a terminal")).cause(error);
        // A panic's message belongs on the terminal as it was, not on a page that goes away.
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                leave();
                before(panic);
            }));
        });
        terminal::enable_raw_mode().map_err(told)?;
        // crossterm notices that the window changes only after it was asked for the first time.
        event::poll(Duration::ZERO).map_err(told)?;
        let screen = Self { drawn: Vec::new() };
        IS_OPEN.store(true, Ordering::SeqCst);
        execute!(raw_stdout(), terminal::EnterAlternateScreen, cursor::Hide).map_err(told)?;
        Ok(screen)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (usize, usize) {
        match terminal::size() {
            // A terminal that does not tell its size says 0.
            Ok((columns, rows)) if columns > 0 && rows > 0 => (usize::from(columns).max(20), usize::from(rows).max(6)),
            _ => (80, 24),
        }
    }

    /// Draws lines from the top; only those that differ from what is there are sent.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn draw(&mut self, lines: &[String]) -> Result<(), Error> {
        let (columns, rows) = self.size();
        let mut out = raw_stdout().lock();
        let mut drawn: Vec<String> = lines
            .iter()
            .take(rows)
            .map(|line| clean::text(&console::truncate_str(line, columns, "")))
            .collect();
        drawn.resize(rows, String::new());
        let mut draw = || {
            for (row, line) in drawn.iter().enumerate() {
                if self.drawn.get(row) != Some(line) {
                    let row = u16::try_from(row).unwrap_or(u16::MAX);
                    queue!(
                        out,
                        cursor::MoveTo(0, row),
                        terminal::Clear(ClearType::CurrentLine),
                        Print(line)
                    )?;
                }
            }
            out.flush()
        };
        draw().map_err(|error| {
            if is_gone(Duration::ZERO) {
                Error::interrupted()
            } else {
                Error::io(say!("the terminal was closed")).cause(error)
            }
        })?;
        self.drawn = drawn;
        Ok(())
    }

    /// Waits for a key for so long; none when none was pressed.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn key(&mut self, within: Duration) -> Result<Option<Key>, Error> {
        let told = |error: std::io::Error| Error::io(say!("the terminal was closed")).cause(error);
        let _waiting = Waiting::begin();
        // Of a terminal that is gone crossterm reads without end.
        if cfg!(unix) && is_gone(within) {
            return Err(Error::interrupted());
        }
        let within = if cfg!(unix) { Duration::ZERO } else { within };
        if !event::poll(within).map_err(told)? {
            return Ok(None);
        }
        let key = match event::read().map_err(told)? {
            Event::Resize(..) => {
                // What was drawn is anywhere now.
                self.drawn.clear();
                execute!(raw_stdout(), terminal::Clear(ClearType::All)).map_err(told)?;
                Key::Resized
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => match key.code {
                KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Key::Leave,
                KeyCode::Char(letter) => Key::Char(letter),
                KeyCode::Up => Key::Up,
                KeyCode::Down => Key::Down,
                KeyCode::Left => Key::Left,
                KeyCode::Right => Key::Right,
                KeyCode::Tab => Key::Tab,
                KeyCode::Backspace => Key::Erase,
                KeyCode::PageUp => Key::PageUp,
                KeyCode::PageDown => Key::PageDown,
                KeyCode::Home => Key::Home,
                KeyCode::End => Key::End,
                KeyCode::Enter => Key::Enter,
                KeyCode::Esc => Key::Back,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(key))
    }
}

/// Whether a page has the terminal.
static IS_OPEN: AtomicBool = AtomicBool::new(false);

/// How often waiting for a key began and ended: odd while somebody waits.
static WAITS: AtomicUsize = AtomicUsize::new(0);

/// Somebody waits for a key while this lives.
struct Waiting;

impl Waiting {
    fn begin() -> Self {
        WAITS.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITS.fetch_add(1, Ordering::SeqCst);
    }
}

/// Whether somebody waits for one key far longer than anybody asks to: the terminal went away under crossterm, which
/// then reads without end and never comes back.
pub(super) fn is_stuck() -> bool {
    let before = WAITS.load(Ordering::SeqCst);
    std::thread::sleep(Duration::from_secs(3));
    before % 2 == 1 && WAITS.load(Ordering::SeqCst) == before
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Gives the terminal back where a page or a container has it and the program ends without being asked again.
pub(super) fn give_back() {
    if IS_OPEN.load(Ordering::SeqCst) {
        leave();
    } else if terminal::is_raw_mode_enabled().unwrap_or(false) {
        terminal::disable_raw_mode().ok();
        execute!(raw_stdout(), cursor::Show).ok();
    }
}

/// Gives the terminal back. There is nobody to tell when that fails.
fn leave() {
    IS_OPEN.store(false, Ordering::SeqCst);
    execute!(raw_stdout(), cursor::Show, terminal::LeaveAlternateScreen).ok();
    terminal::disable_raw_mode().ok();
}

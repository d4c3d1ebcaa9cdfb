//! EDGE: the terminal. The only user of inquire, indicatif, crossterm, ratatui and signals.

mod build_view;
mod explorer;
mod person;
mod prompt;
mod push_view;
mod raw;
mod screen;
mod stream;

pub use build_view::BuildView;
pub use explorer::Explorer;
pub use person::{HandedOver, Page, Terminal, Tty};
pub use push_view::PushView;
pub use screen::Key;
pub use stream::Stream;

use std::io::{IsTerminal, Stderr, Stdout};

use crate::{clean::CleanWriter, interrupt::Interrupt};

/// Standard output, cleaned: whatever is written, a terminal is sent text and our own styling.
#[expect(clippy::disallowed_methods, reason = "the one place that hands it out")]
pub fn stdout() -> CleanWriter<Stdout> {
    CleanWriter::new(std::io::stdout())
}

/// Standard output as it is, for a report that escapes control characters itself and has zero bytes of its own.
#[expect(clippy::disallowed_methods, reason = "what is written is JSON, which was escaped")]
pub fn stdout_as_it_is() -> Stdout {
    std::io::stdout()
}

/// Standard error, cleaned as [`stdout`] is.
#[expect(clippy::disallowed_methods, reason = "the one place that hands it out")]
pub fn stderr() -> CleanWriter<Stderr> {
    CleanWriter::new(std::io::stderr())
}

/// Whether standard error is a terminal.
#[expect(clippy::disallowed_methods, reason = "nothing is written")]
pub fn is_stderr_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// The terminal itself, for the control sequences of a page.
#[expect(clippy::disallowed_methods, reason = "what is drawn on it was cleaned")]
fn raw_stdout() -> Stdout {
    std::io::stdout()
}

/// Turns Ctrl-C and termination signals into requests to stop; the third one ends the program at once.
pub fn watch_for_interrupts(interrupt: &Interrupt) {
    let interrupt = interrupt.clone();
    let count = std::sync::atomic::AtomicUsize::new(0);
    // Where no handler can be set the system's own stays, which ends the program.
    ctrlc::set_handler(move || {
        interrupt.ask();
        std::thread::spawn(|| {
            if screen::is_stuck() {
                end_at_once();
            }
        });
        if count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) >= 2 {
            end_at_once();
        }
    })
    .ok();
}

#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "the person insists, or is gone with the terminal, and cleaning up hangs"
)]
fn end_at_once() {
    std::process::exit(130);
}

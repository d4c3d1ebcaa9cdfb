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

/// Waits for so long, until something is typed; whether the terminal is gone.
#[cfg(unix)]
fn is_gone(within: std::time::Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdin = std::io::stdin();
    let mut asked = [PollFd::new(&stdin, PollFlags::IN)];
    let within = Timespec::try_from(within).unwrap_or_default();
    // A signal ends the wait early.
    poll(&mut asked, Some(&within)).is_ok_and(|_| {
        asked[0]
            .revents()
            .intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
    })
}

#[cfg(not(unix))]
fn is_gone(_: std::time::Duration) -> bool {
    false
}

/// Turns Ctrl-C and termination signals into requests to stop. Where there is nothing to tidy up, or at the third one, the
/// program ends at once.
pub fn watch_for_interrupts(interrupt: &Interrupt) {
    let interrupt = interrupt.clone();
    let count = std::sync::atomic::AtomicUsize::new(0);
    // Where no handler can be set the system's own stays, which ends the program.
    ctrlc::set_handler(move || {
        interrupt.ask();
        if !interrupt.is_held() || prompt::is_asking() {
            end_at_once();
        }
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
    reason = "the person insists, or is gone with the terminal, or nothing is there to tidy up"
)]
fn end_at_once() {
    screen::give_back();
    std::process::exit(130);
}

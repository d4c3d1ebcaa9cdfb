//! Standard output and standard error: the one place that hands them out.

use std::io::{IsTerminal, Stderr, Stdout};

use crate::clean::CleanWriter;

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
pub(super) fn raw_stdout() -> Stdout {
    std::io::stdout()
}

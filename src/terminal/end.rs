//! The end of the program at once, with the terminal given back.

use super::screen;

/// Ends the program.
#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "the person insists, or is gone with the terminal, or nothing is there to tidy up"
)]
pub(super) fn end_at_once() {
    screen::give_back();
    std::process::exit(130);
}

//! Whether the terminal is gone.

/// Waits for so long, until something is typed; whether the terminal is gone.
#[cfg(unix)]
pub(super) fn is_gone(within: std::time::Duration) -> bool {
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
pub(super) fn is_gone(_: std::time::Duration) -> bool {
    false
}

//! Ctrl-C and termination signals.

use super::{end::end_at_once, prompt, screen};
use crate::interrupt::Interrupt;

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

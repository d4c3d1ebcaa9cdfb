//! Ctrl-C and termination signals, as a value that long work looks at.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether the person asked to stop. Cheap to clone; all clones see the same answer.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Says that the person asked to stop. Returns whether they had asked before.
    pub fn ask(&self) -> bool {
        self.asked.swap(true, Ordering::SeqCst)
    }

    /// Whether the person asked to stop.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Forgets the request, where a command has answered it and goes on.
    pub fn answered(&self) {
        self.asked.store(false, Ordering::SeqCst);
    }
}

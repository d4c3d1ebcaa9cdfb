//! Ctrl-C and termination signals, as a value that long work looks at.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Whether the person asked to stop. Cheap to clone; all clones see the same answer.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    /// How often they asked.
    asked: Arc<AtomicUsize>,
    held: Arc<AtomicUsize>,
}

/// While this value exists there is something to tidy up, and its owner looks at the [`Interrupt`] and does so.
/// Otherwise the request to stop ends the program at once: whatever it waits for, nothing is lost.
#[derive(Debug)]
pub struct Hold(Arc<AtomicUsize>);

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Interrupt {
    /// Says that the person asked to stop. Returns whether they had asked before.
    pub fn ask(&self) -> bool {
        self.asked.fetch_add(1, Ordering::SeqCst) > 0
    }

    /// Whether the person asked to stop.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst) > 0
    }

    /// Whether the person asked more than once: they do not want to wait for what is tidied up.
    pub fn is_urgent(&self) -> bool {
        self.asked.load(Ordering::SeqCst) > 1
    }

    /// Says that there is something to tidy up.
    pub fn hold(&self) -> Hold {
        self.held.fetch_add(1, Ordering::SeqCst);
        Hold(Arc::clone(&self.held))
    }

    /// Whether there is something to tidy up.
    pub fn is_held(&self) -> bool {
        self.held.load(Ordering::SeqCst) > 0
    }

    /// Forgets the request, where a command has answered it and goes on.
    pub fn answered(&self) {
        self.asked.store(0, Ordering::SeqCst);
    }
}

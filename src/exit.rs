//! What the program's exit status says to a script.

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// The command did what it says; where something was judged, all of it passed.
    Done,
    /// Something was judged and has not passed yet.
    NotPassed,
    /// Nothing was judged: the command was used wrongly, a file (a task, a Dockerfile, the state) is broken, or a file
    /// or folder cannot be read or written. One number for all three: a script can do the same about them, and the
    /// message tells them apart.
    Usage,
    /// There is no engine, or it failed; nothing counts against the learner.
    Engine,
    /// A fault in dockerlab itself. The number is the one a Rust program ends with after a panic, which is such a fault
    /// too.
    Internal,
    /// Stopped with Ctrl-C or a termination signal.
    Interrupted,
}

impl ExitStatus {
    /// The number that the process returns.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotPassed => 1,
            Self::Usage => 2,
            Self::Engine => 3,
            Self::Internal => 101,
            Self::Interrupted => 130,
        }
    }
}

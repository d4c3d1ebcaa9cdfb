//! What the program's exit status says to a script.

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// The command did what it says; where something was judged, all of it passed.
    Done,
    /// Something was judged and has not passed yet.
    NotPassed,
    /// The command was used wrongly, or a file (a task, a Dockerfile, the state) is broken.
    Usage,
    /// There is no engine, or it failed; nothing is held against the learner.
    Engine,
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
            Self::Interrupted => 130,
        }
    }
}

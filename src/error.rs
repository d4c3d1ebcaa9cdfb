//! What can go wrong for a person, told so that they can fix it.
//!
//! An error has a kind, which alone decides the exit status; a message, a lower-case fragment without a full stop;
//! its causes; and a way out: something to type. Nothing here prints: see `main`.

use crate::exit::ExitStatus;

/// Who can do something about the error; this alone decides the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command was used wrongly, or a file that a person wrote is broken.
    Usage,
    /// The operating system refused: a file, folder, pipe, terminal or process of this machine.
    Io,
    /// A fault in dockerlab itself.
    Internal,
    /// What is to be judged was not begun yet: nobody's mistake.
    NotBegun,
    /// There is no engine, it failed, or what it needs (disk, network) did.
    Engine,
    /// The person stopped it.
    Interrupted,
    /// The reader of our output went away (`| head`): no reason to complain.
    BrokenPipe,
}

/// One error as it will be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    help: Option<String>,
}

impl Error {
    /// A wrong use or a broken file; exit status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A file, folder, pipe, terminal or process that the operating system refused; exit status 2.
    pub fn io(message: impl Into<String>) -> Self {
        Self::new(Kind::Io, message)
    }

    /// A fault in dockerlab itself, with the request to report it; exit status 101.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Kind::Internal, message).help(say!(
            "this is a bug in dockerlab, not in your work: please report it at {}/issues, with the command you ran",
            env!("CARGO_PKG_REPOSITORY")
        ))
    }

    /// Nothing to judge yet; exit status 2.
    pub fn not_begun(message: impl Into<String>) -> Self {
        Self::new(Kind::NotBegun, message)
    }

    /// No engine, or it failed; exit status 3.
    pub fn engine(message: impl Into<String>) -> Self {
        Self::new(Kind::Engine, message)
    }

    /// Stopped by the person; exit status 130.
    pub fn interrupted() -> Self {
        Self::new(Kind::Interrupted, "interrupted")
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            help: None,
        }
    }

    /// Adds a cause, shown on a line of its own below the message.
    #[must_use]
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds an error and its causes as causes.
    #[must_use]
    pub fn source(mut self, source: &dyn std::error::Error) -> Self {
        let mut next = Some(source);
        while let Some(error) = next {
            let text = error.to_string();
            if self.causes.last() != Some(&text) {
                self.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The message without causes: a lower-case fragment.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The causes, outermost first.
    pub fn causes(&self) -> &[String] {
        &self.causes
    }

    /// What to do about it, when there is something.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The exit status that this kind of error ends the program with.
    pub fn status(&self) -> ExitStatus {
        match self.kind {
            Kind::Usage | Kind::Io | Kind::NotBegun => ExitStatus::Usage,
            Kind::Internal => ExitStatus::Internal,
            Kind::Engine => ExitStatus::Engine,
            Kind::Interrupted => ExitStatus::Interrupted,
            Kind::BrokenPipe => ExitStatus::Done,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        for cause in &self.causes {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// A failure to write our own output: a closed pipe is quiet, anything else is told.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::new(Kind::BrokenPipe, say!("the output was closed")),
            std::io::ErrorKind::Interrupted => Self::interrupted(),
            _ => Self::io(say!("cannot write the output")).cause(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_exit_status_and_only_our_own_fault_asks_for_a_report() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        for (error, kind, code) in [
            (Error::usage("x"), Kind::Usage, 2),
            (Error::io("x"), Kind::Io, 2),
            (Error::from(full), Kind::Io, 2),
            (Error::not_begun("x"), Kind::NotBegun, 2),
            (Error::engine("x"), Kind::Engine, 3),
            (Error::internal("x"), Kind::Internal, 101),
            (Error::interrupted(), Kind::Interrupted, 130),
        ] {
            assert_eq!((error.kind(), error.status().code()), (kind, code));
            assert_eq!(
                error.help_text().is_some_and(|help| help.contains("/issues")),
                kind == Kind::Internal,
                "{error}"
            );
        }
    }
}

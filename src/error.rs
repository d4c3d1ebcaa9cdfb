//! What can go wrong for a person, told so that they can mend it.
//!
//! An error has a kind, which alone decides the exit status; a message, a lower-case fragment without a full stop;
//! the causes beneath it; and a way out: something to type. Nothing here prints: see `main`.

use crate::exit::ExitStatus;

/// Whose turn it is after the error, and so which exit status it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command was used wrongly, or a file that a person wrote is broken.
    Usage,
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

    /// Adds a cause, shown on a line of its own beneath the message.
    #[must_use]
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds an error and everything beneath it as causes.
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

    /// What lies beneath, outermost first.
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
            Kind::Usage | Kind::NotBegun => ExitStatus::Usage,
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
            _ => Self::usage(say!("cannot write the output")).cause(error),
        }
    }
}

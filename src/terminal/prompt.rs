//! Questions to the person.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use crate::{
    clean,
    error::Error,
    terminal::{end::end_at_once, hangup::is_gone},
};

/// A question is open while this lives. There is nothing to tidy up then: a signal ends the program, and so does a
/// terminal that goes away, which inquire would wait for without end.
struct Asking;

static OPEN: AtomicBool = AtomicBool::new(false);

/// Whether a question is open.
pub(super) fn is_asking() -> bool {
    OPEN.load(Ordering::SeqCst)
}

impl Asking {
    fn begin() -> Self {
        OPEN.store(true, Ordering::SeqCst);
        std::thread::spawn(|| {
            while is_asking() {
                if is_gone(Duration::ZERO) {
                    end_at_once();
                }
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        Self
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        OPEN.store(false, Ordering::SeqCst);
    }
}

/// Asks for yes or no; no unless they say yes, and when they leave the question with Esc or Ctrl-C.
///
/// # Errors
/// When there is no terminal to ask on.
pub(super) fn confirm(question: &str, help: &str) -> Result<bool, Error> {
    let _asking = Asking::begin();
    let answer = inquire::Confirm::new(&clean::text(question))
        .with_default(false)
        .with_help_message(&clean::text(help))
        .prompt();
    match answer {
        Ok(answer) => Ok(answer),
        Err(inquire::InquireError::OperationCanceled | inquire::InquireError::OperationInterrupted) => Ok(false),
        Err(error) => Err(Error::io(say!("cannot ask a question here"))
            .cause(error)
            .help(say!("use --yes, or run this in a terminal"))),
    }
}

/// Asks to choose one; its index, none when they leave the question.
///
/// # Errors
/// When there is no terminal to ask on.
pub(super) fn choose(question: &str, answers: &[&str], help: &str) -> Result<Option<usize>, Error> {
    let _asking = Asking::begin();
    let answers = answers.iter().map(|answer| clean::text(answer)).collect();
    let asked = inquire::Select::new(&clean::text(question), answers)
        .with_help_message(&clean::text(help))
        .raw_prompt();
    left(asked.map(|chosen| chosen.index))
}

/// Asks for a line, with one that is proposed; none when they leave the question.
///
/// # Errors
/// When there is no terminal to ask on.
pub(super) fn line(question: &str, proposed: &str, help: &str) -> Result<Option<String>, Error> {
    let _asking = Asking::begin();
    let (question, help, proposed) = (clean::text(question), clean::text(help), clean::text(proposed));
    let mut text = inquire::Text::new(&question).with_help_message(&help);
    if !proposed.is_empty() {
        text = text.with_default(&proposed);
    }
    left(text.prompt())
}

fn left<T>(answer: Result<T, inquire::InquireError>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(inquire::InquireError::OperationCanceled | inquire::InquireError::OperationInterrupted) => Ok(None),
        Err(error) => Err(Error::io(say!("cannot ask a question here")).cause(error)),
    }
}

//! Questions to the person.

use crate::{clean, error::Error};

/// Asks for yes or no; no unless they say yes, and when they leave the question with Esc or Ctrl-C.
///
/// # Errors
/// When there is no terminal to ask on.
pub(super) fn confirm(question: &str, help: &str) -> Result<bool, Error> {
    let answer = inquire::Confirm::new(&clean::text(question))
        .with_default(false)
        .with_help_message(&clean::text(help))
        .prompt();
    match answer {
        Ok(answer) => Ok(answer),
        Err(inquire::InquireError::OperationCanceled | inquire::InquireError::OperationInterrupted) => Ok(false),
        Err(error) => Err(Error::io(say!("cannot ask here"))
            .cause(error)
            .help(say!("use --yes, or a terminal"))),
    }
}

/// Asks to choose one; its index, none when they leave the question.
///
/// # Errors
/// When there is no terminal to ask on.
pub(super) fn choose(question: &str, answers: &[&str], help: &str) -> Result<Option<usize>, Error> {
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
        Err(error) => Err(Error::io(say!("cannot ask here")).cause(error)),
    }
}

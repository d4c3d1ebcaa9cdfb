//! Questions to the person.

use crate::error::Error;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked<T> {
    /// An answer.
    Answer(T),
    /// They left the question with Esc or Ctrl-C.
    Left,
}

fn told<T>(answer: Result<T, inquire::InquireError>) -> Result<Asked<T>, Error> {
    match answer {
        Ok(answer) => Ok(Asked::Answer(answer)),
        Err(inquire::InquireError::OperationCanceled | inquire::InquireError::OperationInterrupted) => Ok(Asked::Left),
        Err(error) => Err(Error::usage("cannot ask here")
            .cause(error)
            .help("use --yes, or a terminal")),
    }
}

/// Asks for yes or no; no unless they say yes.
///
/// # Errors
/// When there is no terminal to ask on.
pub fn confirm(question: &str, help: &str) -> Result<bool, Error> {
    let answer = inquire::Confirm::new(question)
        .with_default(false)
        .with_help_message(help)
        .prompt();
    Ok(told(answer)? == Asked::Answer(true))
}

/// Lets them choose from a list; returns the index.
///
/// # Errors
/// When there is no terminal to ask on.
pub fn choose(question: &str, options: &[String], first: usize) -> Result<Asked<usize>, Error> {
    let answer = inquire::Select::new(question, options.to_vec())
        .with_starting_cursor(first.min(options.len().saturating_sub(1)))
        .with_page_size(12)
        .with_help_message("arrows to move, Enter to choose, Esc to leave")
        .raw_prompt();
    told(answer.map(|chosen| chosen.index))
}

//! Questions to the person.

use crate::error::Error;

/// Asks for yes or no; no unless they say yes, and when they leave the question with Esc or Ctrl-C.
///
/// # Errors
/// When there is no terminal to ask on.
pub fn confirm(question: &str, help: &str) -> Result<bool, Error> {
    let answer = inquire::Confirm::new(question)
        .with_default(false)
        .with_help_message(help)
        .prompt();
    match answer {
        Ok(answer) => Ok(answer),
        Err(inquire::InquireError::OperationCanceled | inquire::InquireError::OperationInterrupted) => Ok(false),
        Err(error) => Err(Error::usage(say!("cannot ask here"))
            .cause(error)
            .help(say!("use --yes, or a terminal"))),
    }
}

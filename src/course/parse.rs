//! Reading a course's TOML file into what it says.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::course::{keys, mistake::Mistake};

/// Reads a TOML file; everything that is wrong with it is added to the mistakes.
pub(super) fn parse<T: DeserializeOwned + JsonSchema>(
    file: &str,
    text: &str,
    mistakes: &mut Vec<Mistake>,
) -> Option<T> {
    match toml::from_str(text) {
        Ok(table) => Some(table),
        Err(error) => {
            let before = mistakes.len();
            mistakes.extend(keys::mistakes::<T>(file, text));
            if mistakes.len() == before {
                let message = error.message().replace('\n', "; ");
                mistakes.push(match error.span() {
                    Some(span) => Mistake::at(file, text, span.start, message),
                    None => Mistake::of_file(file, &message),
                });
            }
            None
        }
    }
}

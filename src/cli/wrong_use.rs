//! What was typed wrongly, in the reader's language where clap's own words are English.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::{error::Error, language::Language};

/// The mistake in the language that is spoken; none where clap's own words are as good.
pub(super) fn told(error: &clap::Error) -> Option<Error> {
    if Language::current() == Language::ENGLISH {
        return None;
    }
    let context = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        Some(ContextValue::StyledStrs(texts)) => {
            Some(texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
        Some(ContextValue::StyledStr(text)) => Some(text.to_string()),
        _ => None,
    };
    let argument = context(ContextKind::InvalidArg).unwrap_or_default();
    let value = context(ContextKind::InvalidValue).unwrap_or_default();
    let meant = context(ContextKind::SuggestedSubcommand)
        .or_else(|| context(ContextKind::SuggestedArg))
        .or_else(|| context(ContextKind::SuggestedValue));
    let valid = context(ContextKind::ValidValue).filter(|valid| !valid.is_empty());
    let wrong = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let command = context(ContextKind::InvalidSubcommand).unwrap_or_default();
            Error::usage(say!("unknown command `{command}`"; command))
        }
        ErrorKind::UnknownArgument => Error::usage(say!("unexpected argument `{argument}`"; argument)),
        ErrorKind::InvalidValue if value.is_empty() => Error::usage(say!("`{argument}` needs a value"; argument)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            Error::usage(say!("`{value}` is not a valid value for `{argument}`"; value, argument))
        }
        ErrorKind::MissingRequiredArgument => Error::usage(say!("`{argument}` is missing"; argument)),
        ErrorKind::ArgumentConflict => {
            let prior = context(ContextKind::PriorArg).unwrap_or_default();
            if prior.is_empty() || prior == argument {
                Error::usage(say!("`{argument}` is given more than once"; argument))
            } else {
                Error::usage(say!("`{argument}` cannot be used together with `{prior}`"; argument, prior))
            }
        }
        _ => return None,
    };
    Some(match (meant, valid) {
        (Some(meant), _) => wrong.help(say!("did you mean `{meant}`?"; meant)),
        (None, Some(valid)) => wrong.help(say!("valid values: {valid}"; valid)),
        (None, None) => wrong.help(say!("`dockerlab --help` lists all commands")),
    })
}

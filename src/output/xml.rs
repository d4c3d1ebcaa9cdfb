//! Texts for XML.

use std::borrow::Cow;

/// An attribute; what XML 1.0 cannot hold is left out of its value.
pub(in crate::output) fn attribute<'a>(name: &'a str, value: &str) -> (&'a str, Cow<'a, str>) {
    (name, text(value).into())
}

/// A text without what XML 1.0 cannot hold.
pub(in crate::output) fn text(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

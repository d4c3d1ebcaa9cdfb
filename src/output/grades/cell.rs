//! Figures and texts in tables.

/// A number with at most two decimals, and a point.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A text on one line, without control characters.
pub(super) fn flat(text: &str) -> String {
    let text = crate::clean::text(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! Pages that load nothing: texts as HTML, and templates.

use std::io::{Result, Write};

use crate::output::flat::flat;

/// A text as HTML, without control characters.
pub(super) fn text(text: &str) -> String {
    escaped(&flat(text))
}

/// A text of several lines as HTML, without other control characters.
pub(super) fn lines(text: &str) -> String {
    escaped(
        &text
            .chars()
            .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
            .collect::<String>(),
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// Writes a template with a part in the place of each `@MARK@`.
pub(super) fn fill(out: &mut dyn Write, template: &str, parts: &[(&str, String)]) -> Result<()> {
    // Piece by piece: what is put in is never looked through for marks again.
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('@') {
        out.write_all(before.as_bytes())?;
        let part = parts.iter().find_map(|(mark, part)| {
            let rest = after.strip_prefix(mark)?.strip_prefix('@')?;
            Some((part, rest))
        });
        if let Some((part, after)) = part {
            out.write_all(part.as_bytes())?;
            rest = after;
        } else {
            out.write_all(b"@")?;
            rest = after;
        }
    }
    out.write_all(rest.as_bytes())
}

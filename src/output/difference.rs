//! Two texts line by line.

use similar::{ChangeTag, TextDiff};

use crate::output::style::Style;

/// The lines of both, those only in `old` marked `-`, those only in `new` marked `+`; control characters taken out.
pub fn difference(old: &str, new: &str, style: Style) -> Vec<String> {
    let dressed = |change: similar::Change<&str>| {
        let line: String = change.value().trim_end().chars().filter(|c| !c.is_control()).collect();
        match change.tag() {
            ChangeTag::Delete => style.fail(format!("- {line}")),
            ChangeTag::Insert => style.good(format!("+ {line}")),
            ChangeTag::Equal => format!("  {line}"),
        }
    };
    TextDiff::from_lines(old, new).iter_all_changes().map(dressed).collect()
}

/// What changes in a file, with two lines around it, control characters taken out.
pub fn patch(name: &str, old: &str, new: &str, style: Style) -> Vec<String> {
    let text = TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(2)
        .header(name, name)
        .missing_newline_hint(false)
        .to_string();
    let dressed = |line: &str| {
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        match line.chars().next() {
            Some('+') => style.good(line),
            Some('-') => style.fail(line),
            Some('@') => style.dim(line),
            _ => line,
        }
    };
    text.lines().map(dressed).collect()
}

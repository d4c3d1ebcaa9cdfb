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

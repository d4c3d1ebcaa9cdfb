//! A Dockerfile with its safe fixes made.

use crate::lint::{edit::Edit, finding::Finding};

/// The text with the fixes of these findings, and how many findings were fixed.
///
/// Of two fixes that change the same characters the first is made; linting again finds the other one.
pub fn fixed(source: &str, findings: &[Finding]) -> (String, usize) {
    let mut lines: Vec<Option<String>> = source.split_inclusive('\n').map(|line| Some(line.to_owned())).collect();
    let mut made: Vec<Edit> = Vec::new();
    let mut count = 0;
    for finding in findings.iter().filter(|finding| !finding.edits.is_empty()) {
        let new: Vec<&Edit> = finding.edits.iter().filter(|edit| !made.contains(edit)).collect();
        if new.iter().any(|edit| made.iter().any(|other| overlap(edit, other))) {
            continue;
        }
        made.extend(new.into_iter().cloned());
        count += 1;
    }
    // From the end on, so that what is to come keeps its place.
    made.sort_by(|a, b| b.cmp(a));
    for edit in &made {
        let index = usize::try_from(edit.line).unwrap_or(usize::MAX).wrapping_sub(1);
        if let Some(line) = lines.get_mut(index)
            && let Some(text) = line.take()
        {
            *line = changed(&text, edit);
        }
    }
    (lines.into_iter().flatten().collect(), count)
}

fn overlap(a: &Edit, b: &Edit) -> bool {
    let (a_end, b_end) = (a.column.saturating_add(a.remove), b.column.saturating_add(b.remove));
    a.line == b.line && a.column < b_end.max(b.column + 1) && b.column < a_end.max(a.column + 1)
}

/// A line with a change; none where nothing of it is left.
fn changed(line: &str, edit: &Edit) -> Option<String> {
    let body = line.trim_end_matches(['\n', '\r']);
    let feed = &line[body.len()..];
    let offset = |characters: u32| {
        body.char_indices()
            .nth(usize::try_from(characters).unwrap_or(usize::MAX))
            .map_or(body.len(), |(at, _)| at)
    };
    let start = offset(edit.column.saturating_sub(1));
    let end = offset(edit.column.saturating_sub(1).saturating_add(edit.remove)).max(start);
    let text = format!("{}{}{}", &body[..start], edit.insert, &body[end..]);
    (edit.remove == 0 || !edit.insert.is_empty() || !text.trim().is_empty()).then(|| text + feed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::severity::Severity;

    fn finding(edits: Vec<Edit>) -> Finding {
        Finding {
            code: "DL3014".to_owned(),
            severity: Severity::Warning,
            message: String::new(),
            line: 1,
            at: (1, 1),
            edits,
        }
    }

    fn edit(line: u32, column: u32, remove: u32, insert: &str) -> Edit {
        Edit {
            line,
            column,
            remove,
            insert: insert.to_owned(),
        }
    }

    #[test]
    fn fixes_are_made_from_the_end_and_once() {
        let findings = [
            finding(vec![edit(1, 4, 0, " -y")]),
            finding(vec![edit(1, 1, 3, "xyz")]),
            finding(vec![edit(1, 2, 1, "?")]),
            finding(vec![edit(2, 1, u32::MAX, "")]),
            finding(vec![edit(3, 2, u32::MAX, "…")]),
        ];
        let (text, count) = fixed("aéb c\r\n\r\nlast", &findings);
        assert_eq!(text, "xyz -y c\r\nl…");
        assert_eq!(count, 4);
    }
}

//! The numbered requirements of a lesson.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// The lesson's numbered requirements in order: each one's own Markdown, without its number.
///
/// A lesson may have several lists; their numbers go on, so the item numbered 6 is the sixth.
pub fn steps(lesson: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut lists: Vec<bool> = Vec::new();
    for (event, range) in Parser::new_ext(lesson, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::List(first)) => lists.push(first.is_some()),
            Event::End(pulldown_cmark::TagEnd::List(_)) => {
                lists.pop();
            }
            Event::Start(Tag::Item) if lists == [true] => {
                let item = lesson.get(range).unwrap_or_default();
                let text = item.trim_start_matches(|c: char| c.is_ascii_digit());
                found.push(text.trim_start_matches(['.', ')']).trim());
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbered_items_at_the_top_are_steps() {
        let lesson = "# T\n\n1. **One.** a\n   b\n\n   - x\n\n## More\n\n2. two\n\n- no\n";
        let steps = steps(lesson);
        assert_eq!(steps.len(), 2);
        assert!(steps[0].starts_with("**One.** a"));
        assert_eq!(steps[1], "two");
    }
}

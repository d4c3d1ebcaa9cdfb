//! A rule's page: the doc comment at the top of its file.

use std::collections::BTreeMap;

use crate::language::{Language, Translated};

/// An example on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What stands behind the fence's `dockerfile`: `bad` or `good`; or `yaml`, `ignore`, `layers` for what belongs to
    /// the examples behind it.
    pub kind: String,
    /// Its text.
    pub text: String,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    code: &'static str,
    title: String,
    why: String,
    /// The examples in order.
    pub examples: Vec<Example>,
}

/// A rule's title and reason in another language.
#[derive(serde::Deserialize)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) why: String,
}

/// Those of all rules, by their codes.
pub(super) static TRANSLATED: Translated<BTreeMap<String, Words>> = Translated::of("rules.toml");

impl Page {
    /// Reads the doc comment of a rule's source.
    pub(super) fn read(code: &'static str, source: &str) -> Self {
        let mut page = Self {
            code,
            title: String::new(),
            why: String::new(),
            examples: Vec::new(),
        };
        let mut fence: Option<Example> = None;
        for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
            let line = line.strip_prefix(' ').unwrap_or(line);
            match (&mut fence, line.strip_prefix("```")) {
                (None, Some(kind)) => {
                    fence = Some(Example {
                        kind: kind.strip_prefix("dockerfile ").unwrap_or(kind).to_owned(),
                        text: String::new(),
                    });
                }
                (Some(_), Some(_)) => page.examples.extend(fence.take()),
                (Some(example), None) => {
                    example.text.push_str(line);
                    example.text.push('\n');
                }
                (None, None) if page.title.is_empty() => line.trim_end_matches('.').clone_into(&mut page.title),
                (None, None) if page.examples.is_empty() && !(page.why.is_empty() && line.is_empty()) => {
                    page.why.push_str(line);
                    page.why.push('\n');
                }
                (None, None) => {}
            }
        }
        page.why.truncate(page.why.trim_end().len());
        page
    }

    fn translated(&self) -> Option<&'static Words> {
        TRANSLATED.get(Language::current())?.get(self.code)
    }

    /// What the rule says, in a line without a full stop.
    pub fn title(&self) -> &str {
        self.translated().map_or(&self.title, |one| &one.title)
    }

    /// Why, and what to write instead.
    pub fn why(&self) -> &str {
        self.translated().map_or(&self.why, |one| &one.why)
    }
}

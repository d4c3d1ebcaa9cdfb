//! The language that people are spoken to in, and the texts of the others.
//!
//! English stands in the code: `say!("{count} would be removed"; count)` is the text itself in English, and the key of
//! its translation in `language/french.toml`. A text without a translation is said in English, one by one. What
//! programs read (JSON's keys and states, exit codes, ids) has no language.
//!
//! The language is chosen once, when the program starts, as a locale is; nothing else here changes while it runs.

use std::{
    collections::BTreeMap,
    fmt::{Display, Write as _},
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

/// A text in the person's language.
///
/// `say!("a text")` is a `&'static str`. `say!("{} of {count}", value; count, name = value)` fills the gaps as
/// `format!` does and is a `String`: unnamed values first, then, behind a semicolon, those that the text names.
macro_rules! say {
    (@value $name:ident) => { $name };
    (@value $name:ident $value:expr) => { $value };
    ($text:literal) => { $crate::language::text($text) };
    ($text:literal $(, $value:expr)* $(; $($name:ident $(= $given:expr)?),+)? $(,)?) => {
        match $crate::language::translated($text) {
            None => format!($text $(, $value)* $($(, $name = say!(@value $name $($given)?))+)?),
            Some(template) => $crate::language::fill(
                template,
                &[$(&$value as &dyn std::fmt::Display),*],
                &[$($((stringify!($name), &say!(@value $name $($given)?) as &dyn std::fmt::Display)),+)?],
            ),
        }
    };
}

/// A language that the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, which every text has.
    English,
    /// French.
    French,
}

static FRENCH: AtomicBool = AtomicBool::new(false);

impl Language {
    /// All languages, English first.
    pub const ALL: [Self; 2] = [Self::English, Self::French];

    /// Its code (ISO 639-1), which files and `--lang` name it by.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The language that a code or a locale's name means: `fr`, `fr_CA.UTF-8`, `fr-BE`.
    pub fn of(name: &str) -> Option<Self> {
        let code = name.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match code.to_ascii_lowercase().as_str() {
            "en" | "english" | "c" | "posix" => Some(Self::English),
            "fr" | "french" | "français" => Some(Self::French),
            _ => None,
        }
    }

    /// The language that is spoken.
    pub fn current() -> Self {
        if FRENCH.load(Ordering::Relaxed) {
            Self::French
        } else {
            Self::English
        }
    }

    /// Speaks it from now on.
    pub fn speak(self) {
        FRENCH.store(self == Self::French, Ordering::Relaxed);
    }
}

/// The French texts.
const CATALOGUE: &str = include_str!("language/french.toml");

#[derive(Default, serde::Deserialize)]
struct Catalogue {
    texts: BTreeMap<String, String>,
    nouns: BTreeMap<String, [String; 2]>,
}

fn catalogue() -> &'static Catalogue {
    static READ: OnceLock<Catalogue> = OnceLock::new();
    // A test holds that it can be read; English is better than nothing.
    READ.get_or_init(|| toml::from_str(CATALOGUE).unwrap_or_default())
}

/// The translation of a text into the language that is spoken; none where that is English or has none.
pub fn translated(text: &str) -> Option<&'static str> {
    match Language::current() {
        Language::English => None,
        Language::French => catalogue().texts.get(text).map(String::as_str),
    }
}

/// Whether a text has a translation.
#[cfg(test)]
pub(crate) fn catalogued(text: &str) -> bool {
    catalogue().texts.contains_key(text)
}

/// A text without gaps in the language that is spoken.
pub fn text(english: &'static str) -> &'static str {
    translated(english).unwrap_or(english)
}

/// "1 layer", "2 layers" in the language that is spoken.
pub fn counted(number: usize, noun: &str) -> String {
    let french = match Language::current() {
        Language::English => None,
        Language::French => catalogue().nouns.get(noun),
    };
    match french {
        // Nothing is singular in French.
        Some([one, many]) => format!("{number} {}", if number < 2 { one } else { many }),
        None if number == 1 => format!("1 {noun}"),
        None if noun == "criterion" => format!("{number} criteria"),
        None => format!("{number} {noun}s"),
    }
}

/// Fills a translation's gaps: `{}` takes the unnamed values in order, `{name}` the named ones.
pub fn fill(template: &str, values: &[&dyn Display], named: &[(&str, &dyn Display)]) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut values = values.iter();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        filled.push_str(&rest[..at]);
        let (brace, after) = rest[at..].split_at(1);
        if let Some(twice) = after.strip_prefix(brace) {
            filled.push_str(brace);
            rest = twice;
            continue;
        }
        let Some((name, behind)) = after.split_once('}').filter(|_| brace == "{") else {
            filled.push_str(brace);
            rest = after;
            continue;
        };
        let value = if name.is_empty() {
            values.next().copied()
        } else {
            named.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
        };
        if let Some(value) = value {
            // Writing to a String does not fail.
            write!(filled, "{value}").ok();
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_by_order_and_by_name() {
        let count = 3;
        assert_eq!(say!("{} of {count}, {name}", 1; count, name = "x"), "1 of 3, x");
        assert_eq!(
            fill(
                "{name} : {} {{sur}} {count}",
                &[&1],
                &[("count", &count), ("name", &"x")]
            ),
            "x : 1 {sur} 3"
        );
        assert_eq!(fill("a { b", &[], &[]), "a { b");
        assert_eq!(fill("} {missing}!", &[], &[]), "} !");
    }

    #[test]
    fn locales_name_languages() {
        assert_eq!(Language::of("fr_CA.UTF-8"), Some(Language::French));
        assert_eq!(Language::of("FR"), Some(Language::French));
        assert_eq!(Language::of("C.UTF-8"), Some(Language::English));
        assert_eq!(Language::of("de_DE"), None);
        assert_eq!(Language::of(""), None);
    }

    #[test]
    fn the_catalogue_can_be_read() {
        let read: Catalogue = toml::from_str(CATALOGUE).unwrap();
        assert!(read.texts.len() > 500, "{}", read.texts.len());
        for (noun, [one, many]) in &read.nouns {
            assert!(!one.is_empty() && !many.is_empty(), "{noun}");
        }
    }
}

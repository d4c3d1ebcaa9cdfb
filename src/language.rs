//! The language that people are spoken to in, and the texts of the others.
//!
//! English stands in the code: `say!("{count} would be removed"; count)` is the text itself in English, and the key of
//! its translation in `texts.toml` of a language's folder. A text without a translation is said in English, one by one. What
//! programs read (JSON's keys and states, exit codes, ids) has no language.
//!
//! The language is chosen once, when the program starts, as a locale is; nothing else here changes while it runs.

use std::{
    collections::BTreeMap,
    fmt::{Display, Write as _},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use include_dir::{Dir, include_dir};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use serde::{Deserialize, de::DeserializeOwned};
use unic_langid::LanguageIdentifier;

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

/// A folder for each language but English, named by its code (ISO 639-1). `language.toml` says what it is called;
/// `texts.toml` has the program's texts, `rules.toml` those of lint's rules, `kinds/` the pages of kinds of criteria,
/// `workspace/` the workspace's files. What a folder lacks is said in English.
static FOLDERS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/language");

/// A language that the program speaks: English, or the one of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Language(usize);

/// A folder's `language.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct About {
    names: Vec<String>,
    #[serde(default)]
    complete: bool,
    units: Option<[String; 5]>,
    decimal_sign: Option<String>,
}

/// A folder's `texts.toml`.
#[derive(Default, Deserialize)]
struct Catalogue {
    #[serde(default)]
    texts: BTreeMap<String, String>,
    /// Each noun's forms by its plural category (Unicode's `one`, `few`, `many`, `other`).
    #[serde(default)]
    nouns: BTreeMap<String, BTreeMap<String, String>>,
}

/// English is 0, a folder its place in the list and one more.
static SPOKEN: AtomicUsize = AtomicUsize::new(0);

static ABOUT: Translated<About> = Translated::of("language.toml");
static CATALOGUE: Translated<Catalogue> = Translated::of("texts.toml");

impl Language {
    /// English, which every text has.
    pub const ENGLISH: Self = Self(0);

    /// All languages, English first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=folders().len()).map(Self)
    }

    /// Its code, which files and `--lang` name it by.
    pub fn code(self) -> &'static str {
        let folder = self.folder().and_then(|folder| folder.path().to_str());
        folder.unwrap_or("en")
    }

    /// The language that a code or a locale's name means: `fr`, `fr_CA.UTF-8`, `fr-BE`.
    pub fn of(name: &str) -> Option<Self> {
        let name = name
            .split(['_', '-', '.', '@'])
            .next()
            .unwrap_or_default()
            .to_lowercase();
        if ["en", "english", "c", "posix"].contains(&name.as_str()) {
            return Some(Self::ENGLISH);
        }
        Self::all().find(|language| {
            language.code() == name || ABOUT.get(*language).is_some_and(|about| about.names.contains(&name))
        })
    }

    /// Whether every text is promised to have its translation.
    pub fn is_complete(self) -> bool {
        self == Self::ENGLISH || ABOUT.get(self).is_some_and(|about| about.complete)
    }

    /// The language that is spoken.
    pub fn current() -> Self {
        Self(SPOKEN.load(Ordering::Relaxed))
    }

    /// Speaks it from now on.
    pub fn speak(self) {
        SPOKEN.store(self.0, Ordering::Relaxed);
    }

    /// The translation of a text; none for English, and where it has none.
    pub fn translation(self, text: &str) -> Option<&'static str> {
        CATALOGUE.get(self)?.texts.get(text).map(String::as_str)
    }

    /// A file of its folder; none where it does not have the file, and for English.
    pub fn file(self, path: &str) -> Option<&'static str> {
        let folder = self.folder()?;
        folder.get_file(folder.path().join(path))?.contents_utf8()
    }

    /// The folder; none for English.
    pub(crate) fn folder(self) -> Option<&'static Dir<'static>> {
        folders().get(self.0.checked_sub(1)?).copied()
    }
}

fn folders() -> &'static [&'static Dir<'static>] {
    static SORTED: OnceLock<Vec<&Dir<'static>>> = OnceLock::new();
    SORTED.get_or_init(|| {
        let mut folders: Vec<_> = FOLDERS.dirs().collect();
        folders.sort_by_key(|folder| folder.path());
        folders
    })
}

/// A file that each language has in its folder, read once it is asked for.
pub struct Translated<T> {
    name: &'static str,
    read: OnceLock<Vec<OnceLock<T>>>,
}

impl<T: Default + DeserializeOwned> Translated<T> {
    /// The TOML file of this name.
    pub const fn of(name: &'static str) -> Self {
        Self {
            name,
            read: OnceLock::new(),
        }
    }

    /// What it holds in this language; none for English.
    pub fn get(&self, language: Language) -> Option<&T> {
        language.folder()?;
        let read = self
            .read
            .get_or_init(|| Language::all().map(|_| OnceLock::new()).collect());
        let read = read.get(language.0)?;
        // A test holds that it can be read; English is better than nothing.
        Some(read.get_or_init(|| {
            let text = language.file(self.name);
            text.and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
        }))
    }
}

/// The translation of a text into the language that is spoken; none where that is English or has none.
pub fn translated(text: &str) -> Option<&'static str> {
    Language::current().translation(text)
}

/// A text without gaps in the language that is spoken.
pub fn text(english: &'static str) -> &'static str {
    translated(english).unwrap_or(english)
}

/// "1 layer", "2 layers" in the language that is spoken, in the form that its rules of plural ask for.
pub fn counted(number: usize, noun: &str) -> String {
    let language = Language::current();
    let forms = CATALOGUE.get(language).and_then(|catalogue| catalogue.nouns.get(noun));
    let form = forms.and_then(|forms| {
        forms
            .get(plural(language.code(), number))
            .or_else(|| forms.get("other"))
    });
    match form {
        Some(form) => format!("{number} {form}"),
        None if number == 1 => format!("1 {noun}"),
        None if noun == "criterion" => format!("{number} criteria"),
        None => format!("{number} {noun}s"),
    }
}

/// The plural category of a number, by Unicode's rules (CLDR).
fn plural(code: &str, number: usize) -> &'static str {
    let rules = code
        .parse::<LanguageIdentifier>()
        .ok()
        .and_then(|language| PluralRules::create(language, PluralRuleType::CARDINAL).ok());
    match rules.and_then(|rules| rules.select(number).ok()) {
        Some(PluralCategory::ZERO) => "zero",
        Some(PluralCategory::ONE) => "one",
        Some(PluralCategory::TWO) => "two",
        Some(PluralCategory::FEW) => "few",
        Some(PluralCategory::MANY) => "many",
        Some(PluralCategory::OTHER) | None => "other",
    }
}

/// Units of bytes in the language that is spoken, each a thousand of the one before.
pub fn units() -> [&'static str; 5] {
    let about = ABOUT.get(Language::current());
    match about.and_then(|about| about.units.as_ref()) {
        Some(units) => units.each_ref().map(String::as_str),
        None => ["B", "kB", "MB", "GB", "TB"],
    }
}

/// A number with the decimal sign of the language that is spoken.
pub fn point(number: String) -> String {
    let about = ABOUT.get(Language::current());
    match about.and_then(|about| about.decimal_sign.as_deref()) {
        Some(sign) => number.replace('.', sign),
        None => number,
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
        let french = Language::of("fr");
        assert_eq!(french.map(Language::code), Some("fr"));
        for name in ["fr_CA.UTF-8", "FR", "Français"] {
            assert_eq!(Language::of(name), french, "{name}");
        }
        assert_eq!(Language::of("C.UTF-8"), Some(Language::ENGLISH));
        assert_eq!(Language::of("tlh_XX"), None);
        assert_eq!(Language::of(""), None);
    }

    #[test]
    fn the_files_of_each_language_can_be_read() {
        assert!(Language::all().count() > 1);
        for language in Language::all().skip(1) {
            let file = |name: &str| language.file(name).unwrap_or_default();
            toml::from_str::<About>(file("language.toml")).unwrap();
            let read: Catalogue = toml::from_str(file("texts.toml")).unwrap();
            for (noun, forms) in &read.nouns {
                assert!(forms.contains_key("other"), "{}: {noun}", language.code());
                assert!(forms.values().all(|form| !form.is_empty()), "{noun}");
            }
        }
    }

    #[test]
    fn plurals_follow_each_languages_rules() {
        let forms = |code| [0, 1, 2, 5, 22].map(|number| plural(code, number));
        assert_eq!(forms("fr"), ["one", "one", "other", "other", "other"]);
        assert_eq!(forms("pl"), ["many", "one", "few", "many", "few"]);
        assert_eq!(forms("ja"), ["other"; 5]);
    }
}

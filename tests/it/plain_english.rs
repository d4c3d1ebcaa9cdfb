//! Every English text reads as VOICE has it: none of the words that the project gave up, no sentence that has to be read
//! twice, one word for each idea.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, TokenKind, tokenize};
use regex_lite::Regex;

use crate::support::repository;

/// What is not written, and what to write instead. Upper and lower case are the same.
const RETIRED: &[(&str, &str)] = &[
    (r"mend(s|ed|ing)?", "fix"),
    (r"there for nothing|carried about", "wasted, unused"),
    (r"(image|base|stage|it) stands on|another ground", "is based on"),
    (
        r"lies ready|lie ready|(image|name|file|path|proofs?) lies?",
        "is ready, is in",
    ),
    (r"reached by nobody", "cannot be reached from outside"),
    (r"brings? along|brought along|brought by", "includes, comes from"),
    (r"on purpose", "deliberately"),
    (
        r"held against|held beside|hold beside",
        "is checked against, compare with",
    ),
    (r"written anew|built anew|made anew|begins anew", "rewritten, again"),
    (r"is mute", "does not answer"),
    (r"is no [a-z]+ (name|path|number|size|digest|rule)", "is not a valid"),
    (r"there is no such (file|rule|task|kind)", "does not exist, unknown"),
    (r"the folder is root's", "root owns the folder"),
    (r"out of no account|of no account", "does not matter"),
    (
        r"whoever|wherein|therein|forerunner",
        "anyone who, in which, the one before",
    ),
    (r"what of", "of the things that"),
];

/// Two words for one idea: the left one is not used for it.
const ONE_WORD: &[(&str, &str)] = &[
    (
        r"keeps? (them|it|these|this|those) out",
        "exclude (from the build context)",
    ),
    (r"kept out", "excluded"),
    (r"(^|[ (])(is|are|was|were) judged", "checked"),
    (r"give up the build", "cancel the build"),
    (r"fetch(es|ed|ing)? (an? |the )?image", "pull an image"),
    (r"blank characters", "spaces"),
    (r"hidden under", "hidden by a later layer"),
];

/// The longest sentence, in words; names in backticks are not counted, so that a list of keys may be long.
const LONGEST: usize = 30;

/// Texts that may, and why.
const ALLOWED: &[(&str, &str)] = &[
    (
        "Exit codes: 0 done",
        "a list of numbers with their meaning, which is looked up and not read",
    ),
    ("The exit code is", "the same list in the pages of the formats"),
    ("and the usual sockets: Docker, rootless Docker", "a list of names"),
];

/// A text, and where it stands.
struct Text {
    place: String,
    text: String,
}

/// The words that are looked for, each with what to write instead.
fn words() -> Vec<(Regex, &'static str)> {
    let all = RETIRED.iter().chain(ONE_WORD);
    all.map(|(pattern, instead)| (Regex::new(&format!(r"(?i)\b({pattern})\b")).unwrap(), *instead))
        .collect()
}

/// What is wrong with a text.
fn faults(text: &Text, words: &[(Regex, &str)]) -> Vec<String> {
    let spoken = without_code(&text.text);
    let mut found = Vec::new();
    for (pattern, instead) in words {
        for hit in pattern.find_iter(&spoken) {
            found.push(format!("{}: `{}`: write {instead}", text.place, hit.as_str()));
        }
    }
    for sentence in sentences(&spoken) {
        let length = sentence
            .split_whitespace()
            .filter(|word| !word.contains("CODE") && word.chars().any(char::is_alphanumeric))
            .count();
        if length > LONGEST {
            found.push(format!("{}: {length} words: {sentence}", text.place));
        }
    }
    found.retain(|fault| !ALLOWED.iter().any(|(allowed, _)| fault.contains(allowed)));
    found
}

/// The prose of a Markdown text: code is one word, tables, figures and headings are left out.
fn without_code(text: &str) -> String {
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new("`[^`]*`|\\(?https?://\\S+").unwrap());
    let mut prose = String::new();
    let mut in_fence = false;
    for line in text.lines() {
        let start = line.trim_start();
        if start.starts_with("```") {
            in_fence = !in_fence;
            prose.push_str("\n\n");
            continue;
        }
        let is_code = in_fence || line.starts_with("    ") || start.starts_with('|') || start.starts_with('#');
        let is_item = start.starts_with("- ")
            || start.starts_with("* ")
            || start.split_once(". ").is_some_and(|(n, _)| n.parse::<u8>().is_ok());
        if is_code || is_item || start.is_empty() {
            prose.push_str("\n\n");
        }
        if !is_code {
            prose.push_str(start);
            prose.push('\n');
        }
    }
    CODE.replace_all(&prose, "CODE").into_owned()
}

fn sentences(prose: &str) -> Vec<String> {
    static END: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[.!?]\s|\n\n").unwrap());
    END.split(prose)
        .map(|sentence| sentence.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|s| !s.is_empty())
        .collect()
}

/// The texts of a source: what `say!` says, and what clap shows: doc comments and `after_help`.
fn of_source(place: &str, source: &str) -> Vec<Text> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut line = 1;
    let mut before: Vec<&str> = Vec::new();
    for token in tokenize(source, FrontmatterAllowed::No) {
        let shown = &source[at..at + token.len as usize];

        at += token.len as usize;
        line += shown.matches('\n').count();
        match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => continue,
            TokenKind::Literal {
                kind: LiteralKind::Str { .. } | LiteralKind::RawStr { .. },
                ..
            } => {
                if matches!(before.as_slice(), [.., "say", "!", "("] | [.., "after_help", "="]) {
                    found.push(Text {
                        place: format!("{place}:{line}"),
                        text: spoken_lines(&unescaped(shown)),
                    });
                }
            }
            _ => {}
        }
        before.push(shown);
    }
    found
}

fn unescaped(literal: &str) -> String {
    static CONTINUED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\\\n\s*").unwrap());
    let joined = CONTINUED.replace_all(literal, "").into_owned();
    joined
        .trim_matches(['r', '#', '"'])
        .replace("\\n", "\n")
        .replace("\\\"", "\"")
        .replace("\\\\", "\\")
}

/// Without the indented lines, which are commands to type.
fn spoken_lines(text: &str) -> String {
    let spoken = text.lines().map(|line| if line.starts_with("  ") { "" } else { line });
    spoken.collect::<Vec<_>>().join("\n")
}

/// The doc comments of a source, one text for each run of lines.
fn comments(place: &str, source: &str, opening: &str) -> Vec<Text> {
    let mut found: Vec<Text> = Vec::new();
    let mut last = 0;
    for (number, line) in source.lines().enumerate() {
        let Some(comment) = line.trim_start().strip_prefix(opening) else {
            continue;
        };
        let comment = comment.strip_prefix(' ').unwrap_or(comment);
        if last + 1 == number + 1 && last > 0 {
            let text = &mut found.last_mut().unwrap().text;
            text.push('\n');
            text.push_str(comment);
        } else {
            found.push(Text {
                place: format!("{place}:{}", number + 1),
                text: comment.to_owned(),
            });
        }
        last = number + 1;
    }
    found
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Every English text of the project.
fn texts() -> Vec<Text> {
    let root = repository();
    let mut paths = Vec::new();
    for folder in ["src", "lessons", "templates", "docs"] {
        files(&root.join(folder), &mut paths);
    }
    paths.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)));
    let mut found = Vec::new();
    for path in paths {
        let place = path.strip_prefix(&root).unwrap().display().to_string();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if place.contains(".fr.") || place.starts_with("src/language/fr") || place.contains("/fr/") {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        match ending {
            "rs" => {
                found.extend(of_source(&place, &text));
                if place.starts_with("src/lint/rules/") {
                    found.extend(comments(&place, &text, "//!"));
                }
                if place.starts_with("src/commands/") || place == "src/cli.rs" {
                    found.extend(comments(&place, &text, "///"));
                }
            }
            "toml" if place.starts_with("lessons") => {
                let table: toml::Table = toml::from_str(&text).unwrap();
                strings(&place, &toml::Value::Table(table), &mut found);
            }
            "md" => found.push(Text { place, text }),
            _ => {}
        }
    }
    found
}

fn strings(place: &str, value: &toml::Value, found: &mut Vec<Text>) {
    match value {
        toml::Value::String(text) => found.push(Text {
            place: place.to_owned(),
            text: text.clone(),
        }),
        toml::Value::Array(values) => values.iter().for_each(|value| strings(place, value, found)),
        toml::Value::Table(table) => table
            .iter()
            .for_each(|(key, value)| strings(&format!("{place} {key}"), value, found)),
        _ => {}
    }
}

#[test]
fn every_text_is_plain() {
    let texts = texts();
    assert!(texts.len() > 1200, "{}", texts.len());
    let found: Vec<String> = {
        let words = words();
        texts.iter().flat_map(|text| faults(text, &words)).collect()
    };
    assert!(found.is_empty(), "{} to rewrite:\n{}", found.len(), found.join("\n"));
}

/// What is allowed is still there.
#[test]
fn nothing_is_allowed_in_vain() {
    let all: Vec<String> = texts()
        .into_iter()
        .map(|text| {
            without_code(&text.text)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    for (allowed, why) in ALLOWED {
        assert!(!why.is_empty());
        assert!(all.iter().any(|text| text.contains(allowed)), "{allowed}");
    }
}

#[test]
fn planted_texts_are_found() {
    let words = words();
    let fault = |text: &str| {
        let text = Text {
            place: String::new(),
            text: text.to_owned(),
        };
        faults(&text, &words)
    };
    let plain = "Fix line 3: `mend` in code is no word of ours. The image is based on python.";
    assert!(fault(plain).is_empty(), "{:?}", fault(plain));
    for planted in [
        "Mend what fails.",
        "12 MB are there for nothing.",
        "the image stands on `ubuntu`",
        "The file is kept out by line 2.",
        "Layers that\nare hidden under later ones.",
    ] {
        assert_eq!(fault(planted).len(), 1, "{planted}: {:?}", fault(planted));
    }
    let long = "word ".repeat(31);
    assert_eq!(fault(&long).len(), 1);
    assert!(fault(&format!("{} {}", "word ".repeat(20) + "end. ", "word ".repeat(20))).is_empty());
    let source = r#"fn f() { say!("nothing {}", 1); say!(
        "there for \
         nothing"
    ); "mend"; // mend
    }"#;
    let found: BTreeSet<String> = of_source("a.rs", source)
        .iter()
        .flat_map(|text| faults(text, &words))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
}

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
    (r"stands? on|standing on|another ground", "is based on"),
    (
        r"lies|lie (in|at|below|ready)|lay (in|at|below|ready)",
        "is ready, is in",
    ),
    (r"lays|laid", "adds, creates, puts"),
    (r"sees? to|seen to", "sets up"),
    (r"no such", "does not exist, unknown, invalid"),
    (r"in front of the learner", "in the foreground"),
    (r"beneath", "below"),
    (r"reached by nobody", "cannot be reached from outside"),
    (r"brings? along|brought along|brought by", "includes, comes from"),
    (r"on purpose", "deliberately"),
    (
        r"held against|held beside|hold beside",
        "is checked against, compare with",
    ),
    (r"anew", "rewritten, again"),
    (r"is mute", "does not answer"),
    (r"is no [a-z]+ (name|path|number|size|digest|rule)", "is not a valid"),
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

/// Words that may, with the file that they are in, and why.
const ALLOWED_WORDS: &[(&str, &str, &str)] = &[("src/engine/errors.rs", "no such", "the engine's own words")];

/// A text, and where it is.
struct Text {
    place: String,
    text: String,
    /// Whether it is prose, whose sentences are measured too. Comments and scripts are checked for words only.
    is_prose: bool,
}

impl Text {
    fn prose(place: String, text: String) -> Self {
        Self {
            place,
            text,
            is_prose: true,
        }
    }

    fn words(place: String, text: String) -> Self {
        Self {
            place,
            text,
            is_prose: false,
        }
    }
}

/// The words that are looked for, each with what to write instead, and whether only in prose: in the code, a criterion
/// is judged, and a file is kept out.
fn words() -> Vec<(Regex, &'static str, bool)> {
    let all = |words: &'static [(&str, &str)], in_prose| {
        words.iter().map(move |(pattern, instead)| {
            let pattern = Regex::new(&format!(r"(?i)\b({pattern})\b")).unwrap();
            (pattern, *instead, in_prose)
        })
    };
    all(RETIRED, false).chain(all(ONE_WORD, true)).collect()
}

/// What is wrong with a text.
fn faults(text: &Text, words: &[(Regex, &str, bool)]) -> Vec<String> {
    let spoken = without_code(&text.text);
    let mut found = Vec::new();
    for (pattern, instead, _) in words.iter().filter(|word| text.is_prose || !word.2) {
        for hit in pattern.find_iter(&spoken) {
            let is_allowed = |(file, word, _): &&(&str, &str, &str)| {
                text.place.starts_with(file) && hit.as_str().eq_ignore_ascii_case(word)
            };
            if ALLOWED_WORDS.iter().find(is_allowed).is_none() {
                found.push(format!("{}: `{}`: write {instead}", text.place, hit.as_str()));
            }
        }
    }
    for sentence in sentences(&spoken).into_iter().filter(|_| text.is_prose) {
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

/// The texts of a source: what `say!` says, what clap shows in `after_help`, and the comments.
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
            TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => {
                let text = shown.trim_matches(['/', '!', '*']);
                let text = text.strip_prefix(' ').unwrap_or(text);
                found.push(Text::words(format!("{place}:{line}"), text.to_owned()));
                continue;
            }
            TokenKind::Whitespace => continue,
            TokenKind::Literal {
                kind: LiteralKind::Str { .. } | LiteralKind::RawStr { .. },
                ..
            } => {
                if matches!(before.as_slice(), [.., "say", "!", "("] | [.., "after_help", "="]) {
                    found.push(Text::prose(format!("{place}:{line}"), spoken_lines(&unescaped(shown))));
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
            found.push(Text::prose(format!("{place}:{}", number + 1), comment.to_owned()));
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
    for folder in [
        "src",
        "lessons",
        "courses",
        "templates",
        "docs",
        "tests/it",
        "tests/mutants/src",
        "benches",
        "fuzz/fuzz_targets",
        "scripts",
        "packaging",
        ".github",
    ] {
        files(&root.join(folder), &mut paths);
    }
    let others = [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "build.rs",
        "Cargo.toml",
        "clippy.toml",
    ];
    paths.extend(others.map(|name| root.join(name)));
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
            "toml" if place.starts_with("lessons") || place.starts_with("courses") => {
                let table: toml::Table = toml::from_str(&text).unwrap();
                strings(&place, &toml::Value::Table(table), &mut found);
            }
            "md" => found.push(Text::prose(place, text)),
            // Scripts, workflows and templates: comments, and what is printed.
            "" | "sh" | "ps1" | "py" | "toml" | "yml" | "yaml" | "html" | "in" | "rb" => {
                let lines = text.lines().enumerate();
                found.extend(lines.map(|(number, line)| {
                    let line = line.trim_start_matches(['#', ' ', '<', '!', '-']);
                    Text::words(format!("{place}:{}", number + 1), line.to_owned())
                }));
            }
            _ => {}
        }
    }
    found
}

fn strings(place: &str, value: &toml::Value, found: &mut Vec<Text>) {
    match value {
        toml::Value::String(text) => found.push(Text::prose(place.to_owned(), text.clone())),
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
    let said = texts();
    let all: Vec<String> = said
        .iter()
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
    for (file, word, why) in ALLOWED_WORDS {
        assert!(!why.is_empty());
        let is_said = |text: &Text| text.place.starts_with(file) && text.text.to_lowercase().contains(word);
        assert!(said.iter().any(is_said), "{file}: {word}");
    }
}

#[test]
fn planted_texts_are_found() {
    let words = words();
    let fault = |text: &str| faults(&Text::prose(String::new(), text.to_owned()), &words);
    let plain = "Fix line 3: `mend` in code is no word of ours. The image is based on python.";
    assert!(fault(plain).is_empty(), "{:?}", fault(plain));
    for planted in [
        "Mend what fails.",
        "12 MB are there for nothing.",
        "the image stands on `ubuntu`",
        "The file is kept out by line 2.",
        "Layers that\nare hidden under later ones.",
        "When there is no such file.",
        "`start` lays a Dockerfile.",
        "`scripts/browser` sees to it.",
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
    assert_eq!(found.len(), 2, "{found:?}");
}

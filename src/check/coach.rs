//! What the build cache did in a build, and what made steps run again: one build compared with the one before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    check::{
        evidence::{BuildStep, SourceFile},
        origin::{is_by, is_keyword},
    },
    dockerfile::{self, Glob, Instruction, Keyword},
};

/// A build as it is kept, to compare the next one with it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BuildRecord {
    /// When it ended, RFC 3339 in UTC.
    pub at: String,
    /// The Dockerfile that was built.
    pub dockerfile: SourceFile,
    /// A hash of each file that was sent, by path.
    pub files: BTreeMap<String, String>,
    /// Its steps.
    pub steps: Vec<BuildStep>,
    /// The image that came of it.
    pub image_id: Option<String>,
}

/// What the cache did in a build.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coached {
    /// Its steps, in order.
    pub steps: Vec<CoachedStep>,
    /// What to write instead, where an order of lines costs time again and again.
    pub tip: Option<String>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CoachedStep {
    /// The instruction as the builder names it.
    pub name: String,
    /// Its line.
    pub line: Option<u32>,
    /// Seconds that it took.
    pub seconds: f64,
    /// Why it ran; none for a step from the cache.
    pub because: Option<Because>,
}

/// Why a step ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// No build before it is known.
    First,
    /// This line is new or was changed: its number, and what stood there before.
    Line {
        /// The line.
        line: u32,
        /// What it was; none for a new one.
        before: Option<String>,
    },
    /// Files that it copies changed.
    Files {
        /// The first few of them: "app/main.py changed".
        some: Vec<String>,
        /// How many in all.
        count: usize,
    },
    /// The step before it ran.
    Before {
        /// Its line.
        line: Option<u32>,
    },
    /// Nothing that is known of: another base image, or a cache that was emptied or not used.
    Unknown,
}

impl Coached {
    /// How many steps came from the cache, and how many ran with how many seconds.
    pub fn sums(&self) -> (usize, usize, f64) {
        let ran: Vec<&CoachedStep> = self.steps.iter().filter(|step| step.because.is_some()).collect();
        let seconds = ran.iter().map(|step| step.seconds).sum();
        (self.steps.len() - ran.len(), ran.len(), seconds)
    }
}

/// Says what the cache did in the build `now`, given the one before.
pub fn coach(before: Option<&BuildRecord>, now: &BuildRecord) -> Coached {
    let parsed = dockerfile::parse(&now.dockerfile.text);
    let old = before.map(|before| dockerfile::parse(&before.dockerfile.text));
    let differs = old
        .as_ref()
        .and_then(|old| first_difference(&old.instructions, &parsed.instructions));
    let mut rest = parsed.instructions.as_slice();
    let mut coached = Coached::default();
    let mut ran_before: Option<Option<u32>> = None;
    for step in now.steps.iter().filter(|step| is_instruction(step)) {
        let (instruction, after) = find(rest, step);
        rest = after;
        let line = instruction.map(|instruction| instruction.start_line);
        if step.cached {
            ran_before = None;
            coached.steps.push(told(step, line, None));
            continue;
        }
        let because = match (before, ran_before) {
            (None, _) => Because::First,
            (Some(_), Some(line)) => Because::Before { line },
            (Some(before), None) => cause(before, now, instruction, differs.as_ref()),
        };
        ran_before = Some(line);
        coached.steps.push(told(step, line, Some(because)));
    }
    coached.tip = tip(&coached);
    coached
}

fn told(step: &BuildStep, line: Option<u32>, because: Option<Because>) -> CoachedStep {
    CoachedStep {
        name: step.name.clone(),
        line,
        seconds: step.seconds,
        because,
    }
}

/// Steps that an instruction stands for; FROM is not run.
fn is_instruction(step: &BuildStep) -> bool {
    let word = step.name.split_whitespace().next().unwrap_or_default();
    matches!(
        Keyword::of(word),
        Keyword::Run | Keyword::Copy | Keyword::Add | Keyword::Workdir
    )
}

/// The instruction of a step, and those after it.
fn find<'a>(rest: &'a [Instruction], step: &BuildStep) -> (Option<&'a Instruction>, &'a [Instruction]) {
    let (keyword, text) = step.name.split_once(char::is_whitespace).unwrap_or((&step.name, ""));
    let position = rest
        .iter()
        .position(|instruction| is_by(instruction, keyword, text))
        .or_else(|| rest.iter().position(|instruction| is_keyword(instruction, keyword)));
    match position {
        Some(position) => (rest.get(position), rest.get(position + 1..).unwrap_or_default()),
        None => (None, rest),
    }
}

/// The first instruction that differs from the one that stood in its place.
fn first_difference(old: &[Instruction], now: &[Instruction]) -> Option<(u32, Option<String>)> {
    let written = |instruction: &Instruction| {
        let flags: Vec<String> = instruction
            .flags
            .iter()
            .map(|flag| format!("--{}={}", flag.name, flag.value.as_deref().unwrap_or_default()))
            .collect();
        let mut words = vec![instruction.name.to_uppercase()];
        words.extend(flags);
        words.extend(instruction.text.split_whitespace().map(str::to_owned));
        let bodies: Vec<String> = instruction
            .heredocs
            .iter()
            .map(|heredoc| format!("{heredoc:?}"))
            .collect();
        (words.join(" "), bodies)
    };
    // What a container does when it starts is no step.
    let is_step = |instruction: &&Instruction| {
        !matches!(
            instruction.keyword,
            Keyword::Cmd | Keyword::Entrypoint | Keyword::Expose | Keyword::Healthcheck | Keyword::Label
        )
    };
    let mut old_rest = old.iter().filter(is_step);
    for instruction in now.iter().filter(is_step) {
        let before = old_rest.next();
        if before.is_some_and(|before| written(before) == written(instruction)) {
            continue;
        }
        // A line that stands further down still was not changed: one was put before it.
        let is_new = old_rest
            .clone()
            .chain(before)
            .all(|before| before.keyword != instruction.keyword);
        let before = before.filter(|before| before.keyword == instruction.keyword && !is_new);
        return Some((instruction.start_line, before.map(|before| written(before).0)));
    }
    None
}

fn cause(
    before: &BuildRecord,
    now: &BuildRecord,
    instruction: Option<&Instruction>,
    differs: Option<&(u32, Option<String>)>,
) -> Because {
    let Some(instruction) = instruction else {
        return Because::Unknown;
    };
    if let Some((line, was)) = differs.filter(|(line, _)| *line <= instruction.start_line) {
        return Because::Line {
            line: *line,
            before: was.clone(),
        };
    }
    let changed = changed_files(before, now, instruction);
    if changed.is_empty() {
        return Because::Unknown;
    }
    Because::Files {
        count: changed.len(),
        some: changed.into_iter().take(3).collect(),
    }
}

/// The files that an instruction copies and that differ.
fn changed_files(before: &BuildRecord, now: &BuildRecord, instruction: &Instruction) -> Vec<String> {
    let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add) && instruction.flag("from").is_none();
    if !copies {
        return Vec::new();
    }
    let words: Vec<&str> = instruction.arguments().collect();
    let sources = words.split_last().map(|(_, sources)| sources).unwrap_or_default();
    let is_copied = |path: &str| sources.iter().any(|source| takes(source, path));
    let mut changed = Vec::new();
    for (path, hash) in now.files.iter().filter(|(path, _)| is_copied(path)) {
        match before.files.get(path) {
            Some(old) if old == hash => {}
            Some(_) => changed.push(format!("{path} changed")),
            None => changed.push(say!("{path} is new"; path)),
        }
    }
    let gone = before
        .files
        .keys()
        .filter(|path| is_copied(path) && !now.files.contains_key(*path));
    changed.extend(gone.map(|path| say!("{path} is gone"; path)));
    changed
}

/// Whether a source of COPY takes a file along.
fn takes(source: &str, path: &str) -> bool {
    let source = source.trim_start_matches("./").trim_matches('/');
    if matches!(source, "" | ".") {
        return true;
    }
    // A folder is copied with all that is in it.
    let glob = Glob::new(source).ok();
    path.match_indices('/')
        .map(|(end, _)| &path[..end])
        .chain([path])
        .any(|part| part == source || glob.as_ref().is_some_and(|glob| glob.matches(part)))
}

/// How long a step may take until its order is worth a word, in seconds.
const SLOW: f64 = 3.0;

/// A file that changes often, copied above a slow step, makes it run each time.
fn tip(coached: &Coached) -> Option<String> {
    let at = coached
        .steps
        .iter()
        .position(|step| matches!(step.because, Some(Because::Files { .. })))?;
    let copy = coached.steps.get(at)?;
    let slow = coached
        .steps
        .iter()
        .skip(at + 1)
        .take_while(|step| step.because.is_some())
        .find(|step| step.seconds >= SLOW)?;
    Some(say!(
        "line {} ran again only because line {} copies more than it needs: first copy the files that this step reads, and copy the rest after it",
        slow.line?,
        copy.line?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str, files: &[(&str, &str)], steps: &[(&str, bool, f64)]) -> BuildRecord {
        BuildRecord {
            dockerfile: SourceFile {
                name: "Dockerfile".to_owned(),
                text: text.to_owned(),
            },
            files: files
                .iter()
                .map(|(path, hash)| ((*path).to_owned(), (*hash).to_owned()))
                .collect(),
            steps: steps
                .iter()
                .map(|(name, cached, seconds)| BuildStep {
                    name: (*name).to_owned(),
                    stage: None,
                    seconds: *seconds,
                    cached: *cached,
                    failed: false,
                })
                .collect(),
            ..BuildRecord::default()
        }
    }

    fn because(before: Option<&BuildRecord>, now: &BuildRecord) -> Vec<Option<Because>> {
        coach(before, now).steps.into_iter().map(|step| step.because).collect()
    }

    const TEXT: &str = "FROM u\nENV A=1\nRUN apt-get update\nCOPY . .\nRUN pip install x\n";
    const FILES: &[(&str, &str)] = &[("app/main.py", "1"), ("req.txt", "1")];

    fn first() -> BuildRecord {
        let steps = [
            ("RUN apt-get update", false, 9.0),
            ("COPY . .", false, 0.1),
            ("RUN pip install x", false, 40.0),
        ];
        record(TEXT, FILES, &steps)
    }

    #[test]
    fn each_reason_is_found() {
        let first = first();
        assert_eq!(because(None, &first), vec![Some(Because::First); 3]);
        let all = [
            ("FROM u", false, 0.1),
            ("RUN apt-get update", true, 0.0),
            ("COPY . .", true, 0.0),
        ];
        assert_eq!(because(Some(&first), &record(TEXT, FILES, &all)), [None, None]);
        // A file changed, and another is new.
        let files = [("app/main.py", "2"), ("app/new.py", "1"), ("req.txt", "1")];
        let steps = [
            ("RUN apt-get update", true, 0.0),
            ("COPY . .", false, 0.1),
            ("RUN pip install x", false, 41.0),
        ];
        let now = record(TEXT, &files, &steps);
        let found = coach(Some(&first), &now);
        assert_eq!(
            found.steps[1].because,
            Some(Because::Files {
                some: vec!["app/main.py changed".to_owned(), "app/new.py is new".to_owned()],
                count: 2
            })
        );
        assert_eq!(found.steps[2].because, Some(Because::Before { line: Some(4) }));
        assert!(
            found
                .tip
                .as_deref()
                .unwrap_or_default()
                .contains("line 5 ran again only because line 4")
        );
        assert_eq!(found.sums().0, 1);
        // A line changed that is no step itself.
        let text = TEXT.replace("A=1", "A=2");
        let steps = [("RUN apt-get update", false, 9.0), ("COPY . .", true, 0.0)];
        assert_eq!(
            because(Some(&first), &record(&text, FILES, &steps)),
            [
                Some(Because::Line {
                    line: 2,
                    before: Some("ENV A=1".to_owned())
                }),
                None
            ]
        );
        // Nothing that is known of.
        let steps = [("RUN apt-get update", false, 9.0)];
        assert_eq!(
            because(Some(&first), &record(TEXT, FILES, &steps)),
            [Some(Because::Unknown)]
        );
        // What runs when a container starts changes no step.
        let text = format!("{TEXT}CMD [\"x\"]\n");
        let steps = [("RUN apt-get update", true, 0.0), ("COPY . .", false, 0.1)];
        assert_eq!(
            because(Some(&first), &record(&text, FILES, &steps)),
            [None, Some(Because::Unknown)]
        );
    }

    #[test]
    fn sources_take_folders_and_patterns_along() {
        for (source, path, wanted) in [
            (".", "a/b", true),
            ("./app", "app/x/y", true),
            ("app/", "app/x", true),
            ("app", "apple", false),
            ("*.txt", "req.txt", true),
            ("a*", "app/x", true),
            ("req.txt", "app/req.txt", false),
        ] {
            assert_eq!(takes(source, path), wanted, "{source} {path}");
        }
    }
}

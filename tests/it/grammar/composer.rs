//! Composes one answer, slot by slot, and writes its instructions in one of many spellings.

use dockerlab::dockerfile::Keyword;

use crate::{
    grammar::{
        apt,
        breaks::{BREAKS, Break},
        files, poetry, tail,
    },
    support::Dice,
};

/// The tasks that have a Dockerfile.
pub(crate) const TASKS: &[&str] = &["1", "2", "3-1", "3-2", "5"];

/// An answer, and what it is by construction.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) task: &'static str,
    /// What it breaks; none where it is right.
    pub(crate) broken: Option<&'static Break>,
    /// Whether what is broken shows in the text in the spellings that were chosen.
    pub(crate) certain: bool,
    pub(crate) dockerfile: String,
    /// Files that are put over those of the workspace, an ignore file among them.
    pub(crate) files: Vec<(String, String)>,
    /// The ways that were chosen, in their order.
    pub(crate) ways: Vec<&'static str>,
    /// Whether only BuildKit knows what it uses.
    pub(crate) buildkit: bool,
}

impl Answer {
    /// What it is, with its Dockerfile, for a report.
    pub(crate) fn told(&self) -> String {
        let label = self.broken.map_or("right", |broken| broken.name);
        let files: String = self
            .files
            .iter()
            .map(|(name, text)| format!("--- {name}\n{text}"))
            .collect();
        format!(
            "task {}, {label}, {}by {}\n{}\n{files}",
            self.task,
            if self.buildkit { "with BuildKit, " } else { "" },
            self.ways.join(", "),
            self.dockerfile
        )
    }
}

/// What is composed so far.
pub(crate) struct Composer {
    dice: Dice,
    pub(crate) task: &'static str,
    broken: Option<&'static Break>,
    /// Whether the image is to be built here: with the base images and archives at hand.
    here: bool,
    certain: bool,
    /// The escape character.
    escape: char,
    /// Lines above the first FROM.
    globals: Vec<String>,
    /// Stages above the last one.
    stages: Vec<String>,
    text: String,
    pub(crate) files: Vec<(String, String)>,
    ways: Vec<&'static str>,
    pub(crate) buildkit: bool,
    has_heredoc: bool,
    /// The program that ENTRYPOINT has in front, which the image's packages bring.
    pub(crate) launcher: Option<&'static str>,
    /// Whether the app's packages are in a virtual environment of the learner's, `/opt/venv`.
    pub(crate) in_venv: bool,
    /// Whether poetry has no environment of its own.
    pub(crate) shares_environment: bool,
    /// Whether the working directory is set.
    pub(crate) in_workdir: bool,
    /// How poetry is called.
    pub(crate) poetry: &'static str,
}

/// Composes an answer. The instructions up to the installs are chosen by `prefix`, the rest by `seed`: answers with the
/// same prefix share these layers.
pub(crate) fn compose(
    task: &'static str,
    broken: Option<&'static Break>,
    prefix: u64,
    seed: u64,
    here: bool,
) -> Answer {
    let mut composer = Composer::new(task, broken, prefix, here);
    if !composer
        .way(["", "", "", "", "", "", "", "another escape character"])
        .is_empty()
    {
        composer.escape = '`';
    }
    let is_apt = matches!(task, "1" | "2");
    if is_apt {
        apt::installs(&mut composer);
    } else {
        poetry::installs(&mut composer);
    }
    composer.dice = Dice::new(seed);
    tail::rest(&mut composer);
    files::laid(&mut composer);
    composer.finished()
}

/// Composes an answer below the installs of another one, which an engine that built that one has layers of.
pub(crate) fn compose_below(task: &'static str, broken: Option<&'static Break>, other: &str, seed: u64) -> Answer {
    let mut composer = Composer::new(task, broken, seed, true);
    let parsed = dockerlab::dockerfile::parse(other);
    let mut runs = parsed.instructions.iter().filter(|one| one.keyword == Keyword::Run);
    let installed = usize::try_from(runs.next_back().unwrap().end_line).unwrap();
    composer.text = other.lines().take(installed).map(|line| format!("{line}\n")).collect();
    composer.in_workdir = composer.text.contains("\nWORKDIR ");
    tail::rest(&mut composer);
    files::laid(&mut composer);
    composer.finished()
}

/// What an answer may break below its installs.
pub(crate) fn breaks_below(task: &str) -> Vec<&'static Break> {
    const SLOTS: &[&str] = &["copied", "exposes", "start", "ignored", "sent", "serves"];
    let mut breaks = breaks_of(task, true);
    breaks.retain(|one| SLOTS.iter().any(|slot| one.name.starts_with(slot)));
    breaks
}

/// What an answer may break.
pub(crate) fn breaks_of(task: &str, here: bool) -> Vec<&'static Break> {
    BREAKS
        .iter()
        .filter(|one| one.tasks.contains(&task) && (one.here || !here))
        .collect()
}

impl Composer {
    fn new(task: &'static str, broken: Option<&'static Break>, prefix: u64, here: bool) -> Self {
        Self {
            dice: Dice::new(prefix),
            task,
            broken,
            here,
            certain: broken.is_some_and(|broken| broken.certain),
            escape: '\\',
            globals: Vec::new(),
            stages: Vec::new(),
            text: String::new(),
            files: Vec::new(),
            ways: Vec::new(),
            buildkit: false,
            has_heredoc: false,
            launcher: None,
            in_venv: false,
            shares_environment: false,
            in_workdir: false,
            poetry: "poetry",
        }
    }

    /// Chooses a way, and remembers it.
    pub(crate) fn way<const N: usize>(&mut self, ways: [&'static str; N]) -> &'static str {
        let way = *self.dice.one(&ways);
        if !way.is_empty() {
            self.ways.push(way);
        }
        way
    }

    /// Chooses a way; the further ones only where nothing is built, since the stand-ins cannot do them.
    pub(crate) fn way_or_text<const N: usize, const M: usize>(
        &mut self,
        ways: [&'static str; N],
        text_only: [&'static str; M],
    ) -> &'static str {
        let mut all = ways.to_vec();
        if !self.here {
            all.extend(text_only);
        }
        let way = *self.dice.one(&all);
        if !way.is_empty() {
            self.ways.push(way);
        }
        way
    }

    /// Whether a number below `of` comes out as 0.
    pub(crate) fn rarely(&mut self, of: usize) -> bool {
        self.dice.below(of) == 0
    }

    /// One of these spellings, not worth remembering.
    pub(crate) fn spelled(&mut self, spellings: &[&str]) -> String {
        (*self.dice.one(spellings)).to_owned()
    }

    /// In an order of its own.
    pub(crate) fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for index in (1..items.len()).rev() {
            let other = self.dice.below(index + 1);
            items.swap(index, other);
        }
        items
    }

    /// Whether this is what the answer breaks.
    pub(crate) fn breaks(&self, name: &str) -> bool {
        debug_assert!(BREAKS.iter().any(|one| one.name == name), "{name}");
        self.broken.is_some_and(|broken| broken.name == name)
    }

    /// Whether what the answer breaks belongs to this slot.
    pub(crate) fn breaks_any(&self, slot: &str) -> bool {
        self.broken.is_some_and(|broken| broken.name.starts_with(slot))
    }

    /// In this spelling the text does not show what is broken.
    pub(crate) fn hides(&mut self, slot: &str) {
        if self.breaks_any(slot) {
            self.certain = false;
        }
    }

    /// Whether the stage has the name `final`.
    pub(crate) fn is_named(&self) -> bool {
        self.ways.contains(&"stage named")
    }

    /// A line above the first FROM.
    pub(crate) fn global(&mut self, line: &str) {
        self.globals.push(line.to_owned());
    }

    /// A stage above the last one.
    pub(crate) fn stage(&mut self, text: &str) {
        self.stages.push(text.to_owned());
    }

    /// The next instruction.
    pub(crate) fn put(&mut self, name: &str, text: &str) {
        let name = match self.dice.below(12) {
            0 => name.to_lowercase(),
            1 => {
                let (first, rest) = name.split_at(1);
                format!("{first}{}", rest.to_lowercase())
            }
            _ => name.to_owned(),
        };
        match self.dice.below(10) {
            0 => self
                .text
                .push_str("\n# EXPOSE 80 would be wrong; see https://docs.example/\n"),
            1 => self.text.push_str("\n\n"),
            _ => {}
        }
        if text.contains("<<") {
            self.has_heredoc = true;
            self.buildkit = true;
            self.text.push_str(&format!("{name} {text}\n"));
            return;
        }
        let gap = if self.rarely(12) { "   " } else { " " };
        let text = self.broken_into_lines(text);
        let indent = if self.rarely(20) { "  " } else { "" };
        self.text.push_str(&format!("{indent}{name}{gap}{text}\n"));
    }

    /// Breaks a text at some of the blanks outside quotes.
    fn broken_into_lines(&mut self, text: &str) -> String {
        let every = match self.dice.below(5) {
            0 => 2,
            1 => 4,
            2 => 9,
            _ => return text.to_owned(),
        };
        let mut broken = String::new();
        let mut quote = None;
        let mut before = ' ';
        for char in text.chars() {
            match quote {
                Some(open) if char == open && before != '\\' => quote = None,
                None if (char == '"' || char == '\'') && before != '\\' => quote = Some(char),
                _ => {}
            }
            broken.push(char);
            if char == ' ' && before != '\\' && quote.is_none() && self.dice.below(every) == 0 {
                broken.push(self.escape);
                broken.push_str("\n    ");
                if self.dice.below(12) == 0 {
                    broken.push_str("# a comment between\n    ");
                }
            }
            before = char;
        }
        broken
    }

    /// A RUN of these commands, one after the other, as long as none fails; nothing where there are none.
    pub(crate) fn run(&mut self, flags: &str, commands: &[String]) {
        if commands.is_empty() {
            return;
        }
        let joined = commands.join(" && ");
        let flags = if flags.is_empty() {
            String::new()
        } else {
            format!("{flags} ")
        };
        let way = if joined.contains("<<") {
            "joined by &&"
        } else {
            self.way([
                "joined by &&",
                "joined by &&",
                "joined by &&",
                "under set -e",
                "RUN by heredoc",
                "RUN in exec form",
                "sh -c in a RUN",
                "a group",
            ])
        };
        let text = match way {
            "under set -e" => {
                let set = self.spelled(&["set -e", "set -eux", "set -o errexit"]);
                format!("{set}; {}", commands.join("; "))
            }
            "RUN by heredoc" => {
                let end = self.spelled(&["EOF", "END", "\"EOF\""]);
                format!("<<{end}\nset -e\n{}\n{}", commands.join("\n"), end.trim_matches('"'))
            }
            "RUN in exec form" => {
                let shell = self.spelled(&["/bin/bash", "/bin/sh", "sh"]);
                let joined = joined.replace('\\', "\\\\").replace('"', "\\\"");
                format!("[\"{shell}\", \"-c\", \"{joined}\"]")
            }
            "sh -c in a RUN" if !joined.contains('\'') => {
                let shell = self.spelled(&["sh -c", "bash -c", "/bin/bash -ec"]);
                format!("{shell} '{joined}'")
            }
            "a group" => {
                let (open, close) = *self.dice.one(&[("{ ", "; }"), ("(", ")"), ("if true; then ", "; fi")]);
                format!("{open}{joined}{close}")
            }
            _ => joined,
        };
        self.put("RUN", &format!("{flags}{text}"));
    }

    fn finished(mut self) -> Answer {
        let mut text = String::new();
        if self.escape != '\\' {
            text.push_str(&format!("# escape={}\n", self.escape));
        } else if !self.here && self.rarely(12) {
            text.push_str("# syntax=docker/dockerfile:1\n");
            self.buildkit = true;
        } else if self.rarely(6) {
            text.push_str("# The answer to a task\n\n");
        }
        for line in self.globals.iter().chain(&self.stages) {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str(&self.text);
        if !self.has_heredoc && self.rarely(25) {
            self.ways.push("CRLF");
            text = text.replace('\n', "\r\n");
        }
        if self.rarely(15) {
            text = text.trim_end().to_owned();
        }
        Answer {
            task: self.task,
            broken: self.broken,
            certain: self.certain,
            dockerfile: text,
            files: self.files,
            ways: self.ways,
            buildkit: self.buildkit,
        }
    }
}

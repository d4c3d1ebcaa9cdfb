//! A failed build, and what is said of it.

use crate::{
    check::evidence::BuildFailure,
    dockerfile::{Dockerfile, Instruction, Keyword},
};

/// Who has to do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The answer: it fails.
    Answer,
    /// The network or a server: the next try may go through. It does not count against the answer.
    Network,
    /// What the engine runs on, or a registry's limit: another try changes nothing. It does not count against the answer.
    Surroundings,
}

/// What a build failed at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its name, one word: "unknown-apt-package".
    pub name: &'static str,
    /// Who has to do something about it.
    pub fault: Fault,
    /// What happened: a sentence's end.
    pub found: String,
    /// What to do about it: a sentence.
    pub next: String,
    /// The lines of the log that tell it, at most [`MOST_LINES`].
    pub lines: Vec<String>,
    /// The line of the Dockerfile that names what it is about, where that is not the failing step itself.
    pub line: Option<u32>,
}

/// Lines of a log that are shown.
pub(in crate::check) const MOST_LINES: usize = 15;

/// A failed build, looked at.
pub(in crate::check) struct Failed<'a> {
    pub(in crate::check) failure: &'a BuildFailure,
    pub(in crate::check) dockerfile: &'a Dockerfile,
    /// The Dockerfile's line at which the failing step starts.
    pub(in crate::check) at: Option<u32>,
}

impl<'a> Failed<'a> {
    pub(in crate::check) fn new(failure: &'a BuildFailure, dockerfile: &'a Dockerfile) -> Self {
        Self {
            failure,
            dockerfile,
            at: failure
                .line
                .or_else(|| line_of_step(dockerfile, failure.step.as_deref()?))
                .or_else(|| line_of_image(dockerfile, &failure.message)),
        }
    }

    /// The instruction that failed.
    pub(super) fn instruction(&self) -> Option<&'a Instruction> {
        let line = self.at?;
        let mut instructions = self.dockerfile.instructions.iter();
        instructions.find(|instruction| instruction.contains_line(line))
    }

    /// The builder's message, then what the step printed. The message of a command that failed repeats the command,
    /// which tells nothing.
    pub(super) fn told(&self) -> impl DoubleEndedIterator<Item = &'a str> {
        let message = self
            .failure
            .exit_code
            .is_none()
            .then_some(self.failure.message.as_str());
        message.into_iter().chain(self.failure.log.iter().map(String::as_str))
    }

    /// The last of these lines: what a program tells at its end stopped it, and further up it may have been got over.
    pub(super) fn told_at_the_end(&self) -> impl Iterator<Item = &'a str> {
        self.told().rev().filter(|line| !line.trim().is_empty()).take(12)
    }

    /// The line of the instruction that has this in it: the failing one, or the first.
    pub(super) fn written_at(&self, part: &str) -> Option<u32> {
        let part = part.to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&part);
        let names_it = |instruction: &&Instruction| {
            holds(&instruction.text)
                || instruction
                    .flags
                    .iter()
                    .any(|flag| flag.value.as_deref().is_some_and(holds))
                || instruction.heredocs.iter().any(|heredoc| holds(&heredoc.body))
        };
        let found = self
            .instruction()
            .filter(names_it)
            .or_else(|| self.dockerfile.instructions.iter().find(names_it))?;
        Some(found.start_line)
    }
}

/// The first line of the step that failed, by its words.
fn line_of_step(dockerfile: &Dockerfile, step: &str) -> Option<u32> {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let step = bare(step);
    if step.is_empty() {
        return None;
    }
    let written = |instruction: &&Instruction| {
        let flags: Vec<&str> = instruction
            .flags
            .iter()
            .flat_map(|flag| [flag.name.as_str(), flag.value.as_deref().unwrap_or_default()])
            .collect();
        let flags = flags.concat();
        bare(&format!(
            "{}{flags}{}",
            instruction.name.to_uppercase(),
            instruction.text
        ))
    };
    let instructions = &dockerfile.instructions;
    // The whole step; or a step that is told cut short; or the longest that begins it.
    let found = instructions
        .iter()
        .find(|instruction| written(instruction) == step)
        .or_else(|| {
            instructions
                .iter()
                .find(|instruction| written(instruction).starts_with(&step))
        })
        .or_else(|| {
            let begins = instructions
                .iter()
                .filter(|instruction| step.starts_with(&written(instruction)));
            begins.max_by_key(|instruction| written(instruction).len())
        })?;
    Some(found.start_line)
}

/// The line of the FROM or ADD that a builder's message is about, which names no step.
fn line_of_image(dockerfile: &Dockerfile, message: &str) -> Option<u32> {
    let of_response = message.contains("response status") || message.contains("failed to GET");
    let found = dockerfile.instructions.iter().find(|instruction| {
        let mut words = instruction.arguments();
        match instruction.keyword {
            Keyword::From => words.next().is_some_and(|name| message.contains(name)),
            Keyword::Add => of_response && words.any(|word| word.contains("://")),
            _ => false,
        }
    })?;
    Some(found.start_line)
}

//! The stages of a build: each FROM and what follows it.

use std::ops::Range;

use super::instruction::{Dockerfile, Instruction, Keyword};

/// A FROM with the instructions up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its place among the stages, from 0.
    pub index: usize,
    /// The name after AS, in lower case as BuildKit compares it.
    pub name: Option<String>,
    /// The base image or stage as written, variables included.
    pub base: String,
    /// The value of `--platform` as written.
    pub platform: Option<String>,
    /// The line of the FROM, from 1.
    pub line: u32,
    /// Its instructions, the FROM first, as indices of [`Dockerfile::instructions`].
    pub instructions: Range<usize>,
}

impl Dockerfile {
    /// The stages in order; what stands before the first FROM belongs to none.
    pub fn stages(&self) -> Vec<Stage> {
        let mut stages: Vec<Stage> = Vec::new();
        for (position, instruction) in self.instructions.iter().enumerate() {
            if instruction.keyword != Keyword::From {
                continue;
            }
            if let Some(last) = stages.last_mut() {
                last.instructions.end = position;
            }
            stages.push(Stage {
                index: stages.len(),
                name: stage_name(instruction),
                base: instruction.arguments().next().unwrap_or_default().to_owned(),
                platform: instruction.flag("platform").map(str::to_owned),
                line: instruction.start_line,
                instructions: position..self.instructions.len(),
            });
        }
        stages
    }

    /// The instruction that a line belongs to.
    pub fn instruction_at(&self, line: u32) -> Option<&Instruction> {
        let index = self
            .instructions
            .partition_point(|instruction| instruction.end_line < line);
        self.instructions
            .get(index)
            .filter(|instruction| instruction.contains_line(line))
    }
}

/// The name after AS.
pub(super) fn stage_name(from: &Instruction) -> Option<String> {
    let mut words = from.arguments().skip(1);
    let is_as = words.next()?.eq_ignore_ascii_case("as");
    words.next().filter(|_| is_as).map(str::to_lowercase)
}

/// Whether FROM may name a stage so.
pub(super) fn is_stage_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_ascii_lowercase())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use crate::dockerfile::parse;

    #[test]
    fn each_from_opens_a_stage() {
        let text = "ARG V=1\nFROM a:$V AS Build\nRUN x\nFROM --platform=$B build\nCMD y\n";
        let stages = parse(text).stages();
        let found: Vec<_> = stages
            .iter()
            .map(|stage| {
                (
                    stage.name.as_deref(),
                    stage.base.as_str(),
                    stage.line,
                    stage.instructions.clone(),
                )
            })
            .collect();
        assert_eq!(found, [(Some("build"), "a:$V", 2, 1..3), (None, "build", 4, 3..5)]);
        assert_eq!(stages[1].platform.as_deref(), Some("$B"));
    }
}

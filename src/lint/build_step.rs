//! An instruction with its stage and its commands.

use crate::{
    dockerfile::{Instruction, Keyword},
    lint::simple_command::SimpleCommand,
};

/// One instruction.
pub struct BuildStep<'a> {
    /// The instruction; of an ONBUILD the one behind it.
    pub instruction: &'a Instruction,
    /// The line where it starts, from 1.
    pub line: u32,
    /// The index of its stage; none before the first FROM.
    pub stage: Option<usize>,
    /// Whether it stands behind ONBUILD.
    pub on_build: bool,
    /// The commands of a RUN.
    pub commands: Vec<SimpleCommand>,
}

impl BuildStep<'_> {
    /// Its keyword.
    pub fn keyword(&self) -> Keyword {
        self.instruction.keyword
    }

    /// Line and column of its keyword.
    pub fn place(&self) -> (u32, u32) {
        (self.instruction.start_line, self.instruction.start_column)
    }

    /// Line and column of the argument with this index.
    pub fn place_of_argument(&self, index: usize) -> (u32, u32) {
        self.instruction
            .arguments_at()
            .nth(index)
            .map_or_else(|| self.place(), |(_, offset)| self.instruction.locate(offset))
    }

    /// Line and column of a flag.
    pub fn place_of_flag(&self, name: &str) -> (u32, u32) {
        self.instruction
            .flags
            .iter()
            .rev()
            .find(|flag| flag.name == name)
            .map_or_else(|| self.place(), |flag| (flag.line, flag.column))
    }
}

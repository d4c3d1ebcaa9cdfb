//! Which line of the Dockerfile made a layer.

use crate::{
    check::evidence::ImageEvidence,
    dockerfile::{FinalImage, Instruction},
    image::instruction_of,
};

/// The first line of the instruction that made layer `layer` (from 0, base first) of the image.
///
/// Layers and instructions are walked together: both are in order, and an instruction's words stand in the history
/// of the layer that it made, whichever builder wrote it.
pub(super) fn of_layer(image: &ImageEvidence, planned: &FinalImage<'_>, layer: usize) -> Option<u32> {
    let first = image.base.as_ref().and_then(|base| base.layers).unwrap_or(0);
    if layer < first {
        return None;
    }
    let mut rest: &[&Instruction] = &planned.instructions;
    for (index, candidate) in image.layers.iter().enumerate().skip(first) {
        let made_by = instruction_of(&candidate.created_by);
        let position = rest
            .iter()
            .position(|instruction| is_by(instruction, &made_by.keyword, &made_by.text))
            .or_else(|| {
                rest.iter()
                    .position(|instruction| is_keyword(instruction, &made_by.keyword))
            });
        if let Some(position) = position {
            if index == layer {
                return rest.get(position).map(|instruction| instruction.start_line);
            }
            rest = rest.get(position + 1..).unwrap_or_default();
        } else if index == layer {
            return None;
        }
    }
    None
}

pub(super) fn is_keyword(instruction: &Instruction, keyword: &str) -> bool {
    instruction.name.eq_ignore_ascii_case(keyword)
}

pub(super) fn is_by(instruction: &Instruction, keyword: &str, text: &str) -> bool {
    if !is_keyword(instruction, keyword) {
        return false;
    }
    let written = letters(&instruction.text);
    let made = letters(text);
    !written.is_empty() && made.contains(&written)
}

/// A text without what builders change in it: blanks, quotes and continuation marks.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\' | '[' | ']' | ','))
        .collect()
}

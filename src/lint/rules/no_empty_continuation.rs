//! There is an empty line within an instruction.
//!
//! Docker passes over it today and says that it will not always. A comment line is allowed there, an empty one is not.
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN make \
//!
//!   install
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN make \
//!   install
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("NoEmptyContinuation", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let empty = file
        .dockerfile
        .problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::EmptyContinuation);
    for problem in empty {
        let end = file
            .dockerfile
            .instruction_at(problem.line)
            .map_or(problem.line, last_line);
        let blank = (problem.line..=end).filter(|line| {
            let index = usize::try_from(*line).unwrap_or(usize::MAX).wrapping_sub(1);
            file.source
                .lines()
                .nth(index)
                .is_some_and(|text| text.trim().is_empty())
        });
        let edits: Vec<Edit> = blank
            .map(|line| Edit {
                line,
                column: 1,
                remove: u32::MAX,
                insert: String::new(),
            })
            .collect();
        // docker names the line where the instruction ends.
        report.add(end, (problem.line, 1), "").fix_with(edits);
    }
}

/// The last line of an instruction, here-documents left out.
fn last_line(instruction: &Instruction) -> u32 {
    instruction
        .heredocs
        .first()
        .map_or(instruction.end_line, |heredoc| heredoc.first_line.saturating_sub(1))
}

//! Which line of a Dockerfile made each layer of an image, however the image came here.

use crate::{
    dockerfile::{FinalImage, Instruction, Keyword},
    image::instruction_of,
};

/// The first lines of the instructions that made an image's layers, base first; none for a layer of the base image,
/// and none where it is not known.
///
/// `made_by` is what the history tells of each layer, empty where it tells nothing. `own` is the first layer that is
/// not the base image's, where that is known: then every layer from there on belongs to the Dockerfile, and those that
/// builders tell in other words are found by their keyword. Where it is not known, layers and instructions are walked
/// from their ends, one by one, up to the first that do not belong together: a layer of the base image, which often
/// has the same keywords, must not be taken for a line of the Dockerfile.
pub fn origins(made_by: &[&str], own: Option<usize>, planned: &FinalImage<'_>) -> Vec<Option<u32>> {
    let own = if planned.base.value == "scratch" { Some(0) } else { own };
    match own {
        Some(own) => above(made_by, own, planned),
        None => from_the_end(made_by, planned),
    }
}

/// The lines of the layers above the base image's.
fn above(made_by: &[&str], own: usize, planned: &FinalImage<'_>) -> Vec<Option<u32>> {
    let mut lines = vec![None; made_by.len()];
    let mut rest = planned.instructions.as_slice();
    for (layer, made_by) in made_by.iter().enumerate().skip(own).rev() {
        let by = instruction_of(made_by);
        let position = rest
            .iter()
            .rposition(|instruction| is_by(instruction, &by.keyword, &by.text))
            .or_else(|| {
                rest.iter()
                    .rposition(|instruction| is_keyword(instruction, &by.keyword))
            });
        let Some((before, found)) = position.and_then(|position| Some((rest.get(..position)?, rest.get(position)?)))
        else {
            continue;
        };
        if let Some(line) = lines.get_mut(layer) {
            *line = Some(found.start_line);
        }
        rest = before;
    }
    lines
}

/// The lines of an image's last layers, where nobody knows how many the base image has.
fn from_the_end(made_by: &[&str], planned: &FinalImage<'_>) -> Vec<Option<u32>> {
    let mut lines = vec![None; made_by.len()];
    let mut certain = lines.clone();
    let mut rest = planned.instructions.as_slice();
    for (layer, made_by) in made_by.iter().enumerate().rev() {
        let by = instruction_of(made_by);
        // WORKDIR makes a layer with some builders, and where its folder is new.
        let skipped = rest
            .iter()
            .rposition(|instruction| instruction.makes_layer() || is_keyword(instruction, &by.keyword));
        let Some((found, before)) = skipped.and_then(|last| rest.get(..=last)?.split_last()) else {
            break;
        };
        let is_certain = is_by(found, &by.keyword, &by.text);
        if !(is_certain || is_keyword(found, &by.keyword) && is_told_otherwise(found, made_by)) {
            break;
        }
        if let (Some(line), Some(sure)) = (lines.get_mut(layer), certain.get_mut(layer)) {
            *line = Some(found.start_line);
            *sure = line.filter(|_| is_certain);
        }
        rest = before;
    }
    // Only when every instruction has its layer is a likely one the right one.
    if rest.iter().any(|instruction| instruction.makes_layer()) {
        certain
    } else {
        lines
    }
}

/// Whether a builder tells an instruction in other words than the Dockerfile: variables put in, sources as a hash.
fn is_told_otherwise(instruction: &Instruction, made_by: &str) -> bool {
    instruction.keyword != Keyword::Run && (instruction.text.contains('$') || made_by.contains("#(nop)"))
}

/// Whether an instruction has this keyword.
pub(super) fn is_keyword(instruction: &Instruction, keyword: &str) -> bool {
    instruction.name.eq_ignore_ascii_case(keyword)
}

/// Whether an instruction is the one that a builder tells by this keyword and text.
pub(super) fn is_by(instruction: &Instruction, keyword: &str, text: &str) -> bool {
    if !is_keyword(instruction, keyword) {
        return false;
    }
    let made = letters(text);
    let is_in = |text: &str| {
        let written = letters(text);
        // Evidence keeps the beginning of a long text.
        !written.is_empty() && (made.contains(&written) || (made.len() > LONG && written.starts_with(&made)))
    };
    is_in(&instruction.text) || instruction.heredocs.first().is_some_and(|heredoc| is_in(&heredoc.body))
}

/// How many letters make a text that two instructions do not share by chance.
const LONG: usize = 1000;

/// A text without what builders change in it: blanks, quotes and continuation marks.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\' | '[' | ']' | ','))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::{final_image, parse};

    const TEXT: &str =
        "FROM ubuntu:20.04\nENV A=b\nRUN apt-get update\nCOPY a /x/\nRUN make $A && \\\n  done\nCMD [\"x\"]\n";
    const BUILDKIT: [&str; 4] = [
        "/bin/sh -c #(nop) ADD file:1 in /",
        "RUN /bin/sh -c apt-get update # buildkit",
        "COPY a /x/ # buildkit",
        "RUN /bin/sh -c make $A &&   done # buildkit",
    ];
    const CLASSIC: [&str; 4] = [
        "/bin/sh -c #(nop) ADD file:1 in /",
        "/bin/sh -c apt-get update",
        "/bin/sh -c #(nop) COPY file:abc in /x/ ",
        "/bin/sh -c make $A &&   done",
    ];

    fn lines(text: &str, made_by: &[&str], own: Option<usize>) -> Vec<Option<u32>> {
        let parsed = parse(text);
        origins(made_by, own, &final_image(&parsed, None).unwrap())
    }

    #[test]
    fn both_builders_layers_find_their_lines() {
        for history in [BUILDKIT, CLASSIC] {
            for own in [Some(1), None] {
                assert_eq!(
                    lines(TEXT, &history, own),
                    [None, Some(3), Some(4), Some(5)],
                    "{history:?} {own:?}"
                );
            }
        }
    }

    #[test]
    fn a_layer_of_the_base_image_has_no_line_even_where_the_base_is_not_known() {
        // The base has layers of the same keywords, and one of the very same text.
        let base = [
            "/bin/sh -c #(nop) ADD file:1 in / ",
            "RUN /bin/sh -c apt-get update # buildkit",
            "RUN /bin/sh -c set -eux; make install # buildkit",
            "COPY x /x/ # buildkit",
        ];
        for (text, own_layers, expected) in [
            (
                "FROM python\nRUN pip install flask\n",
                vec!["RUN /bin/sh -c pip install flask # buildkit"],
                vec![Some(2)],
            ),
            (
                "FROM python\nRUN apt-get update\n",
                vec!["RUN /bin/sh -c apt-get update # buildkit"],
                vec![Some(2)],
            ),
            (
                "FROM python\nARG A=1\nRUN a\nWORKDIR /y\nCOPY $A /y/\n",
                vec![
                    "RUN |1 A=1 /bin/sh -c a # buildkit",
                    "WORKDIR /y",
                    "COPY 1 /y/ # buildkit",
                ],
                vec![Some(3), Some(4), Some(5)],
            ),
            (
                "FROM python\nRUN <<EOF\nmake\nEOF\n",
                vec!["RUN /bin/sh -c make\n # buildkit"],
                vec![Some(2)],
            ),
            // Not built from this text: nothing is said of what does not belong together.
            ("FROM python\nRUN pip install flask\n", vec![], vec![]),
            (
                "FROM python\nCOPY $A /y/\nRUN b\n",
                vec!["RUN /bin/sh -c c # buildkit"],
                vec![None],
            ),
            (
                "FROM python\nRUN b\nCOPY $A /y/\n",
                vec!["COPY 1 /y/ # buildkit"],
                vec![None],
            ),
            ("FROM python\n", vec![], vec![]),
            // The history does not tell.
            ("FROM python\nRUN b\n", vec![""], vec![None]),
        ] {
            let all = [base.as_slice(), own_layers.as_slice()].concat();
            let expected = [vec![None; base.len()], expected].concat();
            assert_eq!(lines(text, &all, None), expected, "{text}");
        }
    }

    #[test]
    fn above_a_known_base_a_keyword_is_enough() {
        let history = ["ADD x", "RUN b # buildkit", "RUN a # buildkit"];
        assert_eq!(lines("FROM x\nRUN c\n", &history, Some(2)), [None, None, Some(2)]);
        assert_eq!(lines("FROM scratch\nRUN c\n", &["RUN a"], None), [Some(2)]);
    }
}

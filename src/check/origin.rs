//! Which line of a Dockerfile made each layer of an image, however the image came here.

use crate::{
    check::lines::{is_by, is_keyword},
    dockerfile::FinalImage,
    image::{Made, instruction_of},
};

/// The first lines of the instructions that made an image's layers, base first; none for those of the base image.
///
/// History and instructions are walked together from their ends, for what the base image brought comes first in the
/// history and in no Dockerfile of ours. `own` is the first layer that is not the base's, where that is known.
pub fn origins(history: &[Made], layers: usize, own: usize, planned: &FinalImage<'_>) -> Vec<Option<u32>> {
    let mut lines = vec![None; layers];
    let mut rest = planned.instructions.as_slice();
    for made in history.iter().rev() {
        if made.layer.is_some_and(|layer| layer < own) {
            break;
        }
        let by = instruction_of(&made.created_by);
        let position = rest
            .iter()
            .rposition(|instruction| is_by(instruction, &by.keyword, &by.text))
            .or_else(|| {
                rest.iter()
                    .rposition(|instruction| is_keyword(instruction, &by.keyword))
            });
        let Some(position) = position else {
            continue;
        };
        if let Some(line) = made.layer.and_then(|layer| lines.get_mut(layer)) {
            *line = rest.get(position).map(|instruction| instruction.start_line);
        }
        rest = &rest[..position];
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dockerfile::{final_image, parse};

    fn made(entries: &[(&str, bool)]) -> Vec<Made> {
        let mut layers = 0..;
        entries
            .iter()
            .map(|(text, makes_layer)| Made {
                created_by: (*text).to_owned(),
                layer: if *makes_layer { layers.next() } else { None },
            })
            .collect()
    }

    #[test]
    fn both_builders_layers_find_their_lines() {
        let text =
            "FROM ubuntu:20.04\nENV A=b\nRUN apt-get update\nCOPY a /x/\nRUN make $A && \\\n  done\nCMD [\"x\"]\n";
        let parsed = parse(text);
        let planned = final_image(&parsed, None).unwrap();
        let buildkit = made(&[
            ("/bin/sh -c #(nop) ADD file:1 in /", true),
            ("/bin/sh -c #(nop)  CMD [\"bash\"]", false),
            ("ENV A=b", false),
            ("RUN /bin/sh -c apt-get update # buildkit", true),
            ("COPY a /x/ # buildkit", true),
            ("RUN /bin/sh -c make $A &&   done # buildkit", true),
            ("CMD [\"x\"]", false),
        ]);
        let classic = made(&[
            ("/bin/sh -c #(nop) ADD file:1 in /", true),
            ("/bin/sh -c #(nop)  ENV A=b", false),
            ("/bin/sh -c apt-get update", true),
            ("/bin/sh -c #(nop) COPY file:abc in /x/ ", true),
            ("/bin/sh -c make $A &&   done", true),
            ("/bin/sh -c #(nop)  CMD [\"x\"]", false),
        ]);
        for history in [buildkit, classic] {
            assert_eq!(origins(&history, 4, 0, &planned), [None, Some(3), Some(4), Some(5)]);
        }
    }
}

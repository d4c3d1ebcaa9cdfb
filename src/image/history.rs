//! What made a layer, as builders write it into the history.

use crate::image::config::History;

/// What made each layer of an image, base first; empty where the history does not tell.
///
/// A history that tells of fewer layers than there are (the base image came from `docker import`, or was squashed)
/// tells of the last ones at best: it is believed for those above the `base` layers of the base image, where that
/// number is known, and else not at all.
pub(super) fn made_by(history: &[History], layers: usize, base: usize) -> Vec<&str> {
    let told = history.iter().filter(|entry| !entry.empty_layer);
    let told: Vec<&str> = told.map(|entry| entry.created_by.as_str()).collect();
    if told.len() == layers {
        return told;
    }
    let mut made_by = vec![""; layers];
    let own = layers.saturating_sub(base);
    if base > 0 && (own..layers).contains(&told.len()) {
        for (layer, told) in made_by.iter_mut().rev().zip(told.iter().rev()).take(own) {
            *layer = told;
        }
    }
    made_by
}

/// An instruction as a history entry tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBy {
    /// "RUN", "COPY".
    pub keyword: String,
    /// Its arguments as the builder wrote them down.
    pub text: String,
}

/// The instruction of a history entry. The classic builder writes `/bin/sh -c #(nop)  CMD …` and `/bin/sh -c cmd`,
/// BuildKit `RUN /bin/sh -c cmd # buildkit` and `COPY a b # buildkit`; both put `|1 ARG=value` before a RUN's shell.
pub fn instruction_of(created_by: &str) -> MadeBy {
    let text = created_by.trim();
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim_end();
    if let Some((_, rest)) = text.split_once("#(nop)") {
        return keyword_and_rest(rest.trim_start());
    }
    let first = text.split_whitespace().next().unwrap_or_default();
    if first == "RUN" {
        return MadeBy {
            keyword: first.to_owned(),
            text: without_shell(text[3..].trim_start()).to_owned(),
        };
    }
    if first.starts_with('|') || first.starts_with('/') {
        return MadeBy {
            keyword: "RUN".to_owned(),
            text: without_shell(text).to_owned(),
        };
    }
    keyword_and_rest(text)
}

fn keyword_and_rest(text: &str) -> MadeBy {
    let (keyword, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    MadeBy {
        keyword: keyword.to_uppercase(),
        text: rest.trim().to_owned(),
    }
}

/// Leaves out `|1 ARG=value` and the shell.
fn without_shell(text: &str) -> &str {
    for shell in ["/bin/sh -c ", "/bin/bash -c "] {
        if let Some(at) = text.find(shell) {
            return text[at + shell.len()..].trim();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_that_is_too_short_is_believed_above_a_known_base_only() {
        let entry = |text: &str, empty_layer| History {
            created_by: text.to_owned(),
            empty_layer,
        };
        let history = [entry("RUN a", false), entry("ENV x", true), entry("RUN b", false)];
        assert_eq!(made_by(&history, 2, 0), ["RUN a", "RUN b"]);
        assert_eq!(made_by(&history, 2, 1), ["RUN a", "RUN b"]);
        assert_eq!(made_by(&history, 4, 0), [""; 4]);
        assert_eq!(made_by(&history, 4, 1), [""; 4]);
        assert_eq!(made_by(&history, 4, 2), ["", "", "RUN a", "RUN b"]);
        assert_eq!(made_by(&history, 4, 3), ["", "", "", "RUN b"]);
        // More entries than layers: which of them made none is not known.
        assert_eq!(made_by(&history, 1, 1), [""]);
        assert_eq!(made_by(&[], 2, 2), ["", ""]);
    }

    #[test]
    fn both_builders_are_understood() {
        let cases = [
            ("/bin/sh -c apt-get update", "RUN", "apt-get update"),
            ("|1 A=b /bin/sh -c apt-get update", "RUN", "apt-get update"),
            (
                "RUN |1 A=b /bin/sh -c apt-get update # buildkit",
                "RUN",
                "apt-get update",
            ),
            (
                "/bin/sh -c #(nop) COPY dir:abc in /server ",
                "COPY",
                "dir:abc in /server",
            ),
            ("COPY . . # buildkit", "COPY", ". ."),
            ("WORKDIR /server", "WORKDIR", "/server"),
        ];
        for (text, keyword, rest) in cases {
            let found = instruction_of(text);
            assert_eq!((found.keyword.as_str(), found.text.as_str()), (keyword, rest), "{text}");
        }
    }
}

//! What made a layer, as builders write it into the history.

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

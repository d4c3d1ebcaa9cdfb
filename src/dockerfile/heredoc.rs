//! Here-documents: `RUN <<EOF`.

use std::collections::{BTreeMap, HashMap};

use super::{
    place::{Marks, count},
    substitute::{Rules, substitute},
};

/// A text on the lines below its instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it, without quotes.
    pub name: String,
    /// Whether it is written `<<-`, so that tabs at the start of its lines are dropped.
    pub strip_tabs: bool,
    /// Whether variables in it are expanded: no part of the name is quoted.
    pub expand: bool,
    /// The number before `<<`, when there is one.
    pub descriptor: Option<u32>,
    /// Its lines, each with its line feed, the tabs already dropped where they are.
    pub body: String,
    /// The first line of the body, from 1.
    pub first_line: u32,
    pub(super) marks: Marks,
}

impl Heredoc {
    /// The line and column in the file, from 1, of a byte offset in the body.
    pub fn locate(&self, offset: usize) -> (u32, u32) {
        self.marks.locate(&self.body, offset)
    }

    /// Adds a line as it stands in the file, its line feed included.
    pub(super) fn push_line(&mut self, raw: &str, number: u32) {
        let kept = if self.strip_tabs {
            raw.trim_start_matches('\t')
        } else {
            raw
        };
        self.marks.push(
            self.body.len(),
            kept,
            number,
            count(raw.len() - kept.len()).saturating_add(1),
        );
        self.body.push_str(kept);
    }
}

/// The here-documents that a whole instruction announces, still without their bodies.
///
/// `BuildKit` splits the line as a shell would and looks at each word by itself: `<<EOF` is one, `cat<<EOF` is not,
/// nor is what stands in quotes. A line that its splitter cannot read has none.
pub(super) fn announced(line: &str) -> Vec<Heredoc> {
    if !line.contains("<<") {
        return Vec::new();
    }
    let nothing = BTreeMap::new();
    let rules = Rules {
        raw_quotes: true,
        raw_escapes: true,
        keep_unset: true,
    };
    let words = substitute(line, '\\', &nothing, rules)
        .map(|found| found.words)
        .unwrap_or_default();
    words.iter().filter_map(|word| named(word)).collect()
}

/// The here-document that a single word announces.
pub(super) fn named(word: &str) -> Option<Heredoc> {
    let (descriptor, rest) = word.split_once("<<")?;
    if !descriptor.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (strip_tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let nothing = BTreeMap::new();
    let quoted = Rules {
        raw_quotes: true,
        raw_escapes: false,
        keep_unset: true,
    };
    let bare = Rules {
        keep_unset: true,
        ..Rules::default()
    };
    let quoted = substitute(rest, '\\', &nothing, quoted).ok()?.words;
    let bare = substitute(rest, '\\', &nothing, bare).ok()?.words;
    let ([quoted], [name]) = (quoted.as_slice(), bare.as_slice()) else {
        return None;
    };
    Some(Heredoc {
        name: name.clone(),
        strip_tabs,
        expand: quoted == name,
        descriptor: descriptor.parse().ok(),
        body: String::new(),
        first_line: 0,
        marks: Marks::default(),
    })
}

/// On which line each text stands last, so that a missing end is known without reading to the end of the file.
pub(super) struct LastLines<'a> {
    plain: HashMap<&'a str, usize>,
    without_tabs: HashMap<&'a str, usize>,
}

impl<'a> LastLines<'a> {
    /// Looks at all lines of a file, given without their line feeds.
    pub(super) fn of(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut last = Self {
            plain: HashMap::new(),
            without_tabs: HashMap::new(),
        };
        for (index, line) in lines.enumerate() {
            last.plain.insert(line, index);
            last.without_tabs.insert(line.trim_start_matches('\t'), index);
        }
        last
    }

    /// Whether a line from `index` on ends the here-document.
    pub(super) fn ends(&self, heredoc: &Heredoc, index: usize) -> bool {
        let lines = if heredoc.strip_tabs {
            &self.without_tabs
        } else {
            &self.plain
        };
        lines.get(heredoc.name.as_str()).is_some_and(|last| *last >= index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn here_documents_are_found_where_buildkit_finds_them() {
        for (line, names) in [
            ("RUN <<EOF", vec!["EOF"]),
            ("RUN cat <<EOF > x", vec!["EOF"]),
            ("COPY <<A <<B /d/", vec!["A", "B"]),
            ("RUN 3<<EOF cat", vec!["EOF"]),
            (r#"RUN set -e && python3 - <<"PY""#, vec!["PY"]),
            ("RUN <<eo'f'", vec!["eof"]),
            ("RUN <<-EOF", vec!["EOF"]),
            ("RUN <<EOF cat", vec!["EOF"]),
            ("RUN cat <<<EOF", vec![]),
            ("RUN cat<<EOF", vec![]),
            ("RUN << EOF", vec![]),
            ("RUN echo \"<<EOF\"", vec![]),
            ("RUN echo '<<EOF'", vec![]),
            ("RUN echo $((1<<2))", vec![]),
            ("RUN echo \"it's", vec![]),
            ("RUN <<$EOF", vec!["$EOF"]),
            ("RUN <<file.txt", vec!["file.txt"]),
        ] {
            let found: Vec<String> = announced(line).into_iter().map(|heredoc| heredoc.name).collect();
            assert_eq!(found, names, "{line}");
        }
    }

    #[test]
    fn a_quoted_name_stops_expansion() {
        for (word, expand, strip, descriptor) in [
            ("<<EOF", true, false, None),
            ("<<'EOF'", false, false, None),
            ("3<<-\"EOF\"", false, true, Some(3)),
        ] {
            let found = named(word).unwrap();
            assert_eq!(
                (found.expand, found.strip_tabs, found.descriptor),
                (expand, strip, descriptor),
                "{word}"
            );
        }
    }
}

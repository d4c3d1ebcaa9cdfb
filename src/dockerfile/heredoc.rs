//! Here-documents: `RUN <<EOF`, `COPY <<-"A" <<B /to/`.

use crate::dockerfile::words;

/// A here-document that a line announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Announced {
    /// The word that ends it, unquoted.
    pub(super) name: String,
    /// `<<-`.
    pub(super) strip_tabs: bool,
    /// Whether variables in it are expanded.
    pub(super) expand: bool,
}

/// The here-documents that a line announces, as BuildKit's parser finds them: words of the form `[digits]<<[-]NAME`.
pub(super) fn announced(line: &str, escape: char) -> Vec<Announced> {
    words::split(line, escape).into_iter().filter_map(|(_, word)| of_word(&word)).collect()
}

fn of_word(word: &str) -> Option<Announced> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (strip_tabs, name) = match rest.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, rest),
    };
    if name.is_empty() || name.contains('<') {
        return None;
    }
    let bare: String = name.chars().filter(|c| !matches!(c, '"' | '\'' | '\\')).collect();
    (!bare.is_empty()).then(|| Announced {
        expand: bare == name,
        name: bare,
        strip_tabs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_the_right_form_announce() {
        let names = |line| announced(line, '\\').into_iter().map(|found| found.name).collect::<Vec<_>>();
        assert_eq!(names("RUN <<EOF"), ["EOF"]);
        assert_eq!(names("RUN cat <<A 3<<-'B' > x"), ["A", "B"]);
        assert_eq!(names("RUN cat <<< word && echo $((1<<2))"), [""; 0]);
        assert_eq!(names("RUN echo '<<EOF'"), [""; 0]);
        assert!(!announced("RUN <<'E'", '\\')[0].expand);
    }
}

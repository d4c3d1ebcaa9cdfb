//! What a program prints when something of a kind happened.

/// Finds a sign in a line: its words as they are, with `{}` in place of what it is about. Returns what stands there,
/// without quotes; nothing where the sign has no gap.
pub(super) fn find<'a>(sign: &str, line: &'a str) -> Option<&'a str> {
    let Some((before, after)) = sign.split_once("{}") else {
        return line.contains(sign).then_some("");
    };
    let start = line.find(before)? + before.len();
    let rest = &line[start..];
    let subject = if after.is_empty() {
        rest.split_whitespace().next().unwrap_or("")
    } else {
        &rest[..rest.find(after)?]
    };
    let subject = subject
        .trim()
        .trim_matches(['"', '\'', '`', '‘', '’', '.', ',', ';', ':']);
    (!subject.is_empty() && subject.len() <= 200).then_some(subject)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn what_a_sign_is_about_stands_in_its_gap() {
        assert_eq!(
            find("E: Unable to locate package {}", "E: Unable to locate package pyton3"),
            Some("pyton3")
        );
        assert_eq!(
            find("Version '{}' for", "E: Version '1.2' for 'curl' was not found"),
            Some("1.2")
        );
        assert_eq!(
            find("resolve host: {}", "curl: (6) Could not resolve host: a.example."),
            Some("a.example")
        );
        assert_eq!(
            find("{}: not found", "/bin/sh: 1: poetry: not found"),
            Some("/bin/sh: 1: poetry")
        );
        assert_eq!(find("Abort.", "Do you want to continue? [Y/n] Abort."), Some(""));
        for (sign, line) in [("package {}", "package "), ("'{}' for", "'x' against"), ("x", "y")] {
            assert_eq!(find(sign, line), None, "{sign}");
        }
    }
}

//! What a label's value may be.

use crate::{
    dockerfile::Keyword,
    lint::{
        config::LabelKind,
        linted_dockerfile::LintedDockerfile,
        names::{inner, unquoted},
        reporter::Reporter,
    },
};

/// Reports labels of a kind whose value is none of it.
pub(super) fn bad_labels(
    file: &LintedDockerfile<'_>,
    kind: LabelKind,
    is_good: impl Fn(&str) -> bool,
    report: &mut Reporter<'_>,
) {
    for (label, wanted) in &file.config.label_schema {
        if *wanted != kind {
            continue;
        }
        for step in file.all(Keyword::Label) {
            let pairs = step
                .instruction
                .pairs
                .iter()
                .filter(|pair| unquoted(&pair.name) == label);
            for pair in pairs {
                let value = pair.value.as_deref().map(inner).unwrap_or_default();
                if !is_good(value) {
                    report.within(step, (pair.line, pair.column), label);
                }
            }
        }
    }
}
/// Whether a text is an absolute address, as far as its spelling goes (RFC 3986).
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let bytes = rest.as_bytes();
    let are_characters = bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)),
        byte => byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(byte),
    });
    is_scheme && are_characters
}

/// Whether a text is a version as in "Semantic Versioning 2.0.0".
pub(super) fn is_semantic_version(text: &str) -> bool {
    let (text, build) = text
        .split_once('+')
        .map_or((text, None), |(text, build)| (text, Some(build)));
    let (numbers, before) = text
        .split_once('-')
        .map_or((text, None), |(numbers, before)| (numbers, Some(before)));
    let are_numbers = numbers.split('.').count() == 3
        && numbers
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_dotted = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    };
    are_numbers && before.is_none_or(is_dotted) && build.is_none_or(is_dotted)
}

/// Whether a text is a git commit, whole (40) or shortened to 7 letters.
pub(super) fn is_git_hash(text: &str) -> bool {
    matches!(text.len(), 7 | 40) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a text is a date with time as in RFC 3339.
pub(super) fn is_rfc3339(text: &str) -> bool {
    // jiff takes a blank for the `T`, and dates alone; the RFC does not.
    matches!(text.as_bytes().get(10), Some(b'T' | b't')) && text.parse::<jiff::Timestamp>().is_ok()
}

/// Whether a text is an SPDX licence expression without obsolete names.
pub(super) fn is_licence(text: &str) -> bool {
    spdx::Expression::parse(text).is_ok_and(|expression| {
        expression.requirements().all(|one| match &one.req.license {
            spdx::LicenseItem::Spdx { id, .. } => !id.is_deprecated(),
            spdx::LicenseItem::Other { .. } => true,
        })
    })
}

/// Whether a text is one address of electronic mail, as far as its spelling goes.
pub(super) fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.rsplit_once('@') else {
        return false;
    };
    let is_user = !user.is_empty()
        && !user.starts_with('.')
        && !user.ends_with('.')
        && user
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte));
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_name = !host.is_empty()
        && host
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    let is_address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .is_some_and(|address| address.parse::<core::net::IpAddr>().is_ok());
    is_user && (is_name || is_address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_by_their_kind() {
        for (is, yes, no) in [
            (
                is_url as fn(&str) -> bool,
                vec!["http://a", "urn:x:y", "http://[::1]/"],
                vec!["a.b/c", "//a", "http://a b", "http://a%zz", ""],
            ),
            (
                is_semantic_version,
                vec!["1.2.3", "1.2.3-rc.1+b"],
                vec!["1.2", "v1.2.3", "1.2.3.4", "1.2.3-rc_1", ""],
            ),
            (
                is_git_hash,
                vec!["0123456", "0123456789abcdef0123456789abcdef01234567"],
                vec!["012345", "ABCDEF0", "zzzzzzz", ""],
            ),
            (
                is_rfc3339,
                vec!["2024-01-01T00:00:00Z", "2024-01-01t00:00:00.1+02:00"],
                vec!["2024-01-01", "2024-01-01 00:00:00Z", "2024-02-30T00:00:00Z", ""],
            ),
            (
                is_licence,
                vec!["MIT", "MIT OR Apache-2.0", "LicenseRef-x"],
                vec!["mit", "Foo", "GPL-3.0", ""],
            ),
            (
                is_email,
                vec!["a@b.c", "a.b+c@d-e.f", "a@[1.2.3.4]"],
                vec!["a", "A <a@b.c>", "a@@b.c", "a@.c", ""],
            ),
        ] {
            for text in yes {
                assert!(is(text), "{text}");
            }
            for text in no {
                assert!(!is(text), "{text}");
            }
        }
    }
}

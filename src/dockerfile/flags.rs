//! Flags before an instruction's arguments, and which instruction accepts which.

use super::{instruction::Keyword, problem::nearest};

/// A flag as written: name without dashes, value, byte offset.
pub(super) struct RawFlag {
    pub(super) name: String,
    pub(super) value: Option<String>,
    pub(super) offset: usize,
}

/// The flags at the start of an instruction's arguments, and the offset of what follows them.
///
/// As in BuildKit quotes hold a value with blanks together and are dropped, `\` escapes whatever the file's escape
/// character is, and a lone `--` ends the flags.
pub(super) fn leading_flags(text: &str) -> (Vec<RawFlag>, usize) {
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if !trimmed.starts_with("--") {
            return (flags, at);
        }
        let mut word = String::new();
        let mut quote = None;
        let mut end = trimmed.len();
        let mut characters = trimmed.char_indices();
        while let Some((index, c)) = characters.next() {
            match (quote, c) {
                (None, c) if c.is_whitespace() => {
                    end = index;
                    break;
                }
                (None, '\'' | '"') => quote = Some(c),
                (Some(open), c) if c == open => quote = None,
                (_, '\\') => word.extend(characters.next().map(|(_, escaped)| escaped)),
                (_, c) => word.push(c),
            }
        }
        let offset = at;
        at += end;
        let Some(bare) = word.strip_prefix("--").filter(|bare| !bare.is_empty()) else {
            return (flags, at + (text[at..].len() - text[at..].trim_start().len()));
        };
        let (name, value) = match bare.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (bare.to_owned(), None),
        };
        flags.push(RawFlag { name, value, offset });
    }
}

/// What may be given to a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// A value, once.
    Value,
    /// Values, as often as one likes.
    Values,
    /// Nothing, `true` or `false`.
    Switch,
}

/// The flags that BuildKit knows for an instruction.
pub(super) fn known(keyword: Keyword) -> &'static [(&'static str, Takes)] {
    use Takes::{Switch, Value, Values};
    match keyword {
        Keyword::From => &[("platform", Value)],
        Keyword::Run => &[
            ("mount", Values),
            ("network", Value),
            ("security", Value),
            ("device", Values),
        ],
        Keyword::Copy => &[
            ("from", Value),
            ("chown", Value),
            ("chmod", Value),
            ("link", Switch),
            ("parents", Switch),
            ("exclude", Values),
        ],
        Keyword::Add => &[
            ("chown", Value),
            ("chmod", Value),
            ("link", Switch),
            ("keep-git-dir", Switch),
            ("checksum", Value),
            ("unpack", Switch),
            ("exclude", Values),
        ],
        Keyword::Healthcheck => &[
            ("interval", Value),
            ("timeout", Value),
            ("start-period", Value),
            ("start-interval", Value),
            ("retries", Value),
        ],
        _ => &[],
    }
}

const MOUNT_TYPES: [&str; 5] = ["bind", "cache", "tmpfs", "secret", "ssh"];
/// What a mount is told without a value.
const MOUNT_SWITCHES: [&str; 5] = ["readonly", "ro", "readwrite", "rw", "required"];
const MOUNT_KEYS: [&str; 18] = [
    "type",
    "from",
    "source",
    "src",
    "target",
    "dst",
    "destination",
    "readonly",
    "ro",
    "readwrite",
    "rw",
    "required",
    "size",
    "id",
    "sharing",
    "mode",
    "uid",
    "gid",
];

/// Why BuildKit refuses a `--mount` (`instructions/commands_runmount.go`), and the word that was probably meant.
pub(super) fn mount_problem(value: &str) -> Option<(String, Option<&'static str>)> {
    // Quotes may hold a comma.
    let fields = value.split(',').filter(|_| !value.contains('"'));
    for field in fields {
        let (key, value) = match field.split_once('=') {
            Some((key, value)) => (key.to_lowercase(), Some(value)),
            None => (field.to_lowercase(), None),
        };
        match value {
            None if MOUNT_SWITCHES.contains(&key.as_str()) => {}
            None => return Some((say!("`{field}` in `--mount` has no value"; field), None)),
            Some(kind) if key == "type" && !kind.contains('$') => {
                if !MOUNT_TYPES.contains(&kind.to_lowercase().as_str()) {
                    let message = say!("`{kind}` is not a type of `--mount`"; kind);
                    return Some((message, nearest(kind, &MOUNT_TYPES)));
                }
            }
            Some(_) if MOUNT_KEYS.contains(&key.as_str()) || key == "env" => {}
            Some(_) => {
                let message = say!("`--mount` has no option `{key}`"; key);
                return Some((message, nearest(&key, &MOUNT_KEYS)));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_end_at_the_first_other_word() {
        for (text, expected, rest) in [
            ("--from=a /x /y", vec![("from", Some("a"))], "/x /y"),
            (
                "--link --chmod=755 a b",
                vec![("link", None), ("chmod", Some("755"))],
                "a b",
            ),
            (
                r#"--mount=type=bind,source="a b",target=/c cmd"#,
                vec![("mount", Some("type=bind,source=a b,target=/c"))],
                "cmd",
            ),
            ("-- --x", vec![], "--x"),
            ("x --foo", vec![], "x --foo"),
            ("", vec![], ""),
            ("--from=", vec![("from", Some(""))], ""),
        ] {
            let (flags, at) = leading_flags(text);
            let found: Vec<_> = flags
                .iter()
                .map(|flag| (flag.name.as_str(), flag.value.as_deref()))
                .collect();
            assert_eq!(found, expected, "{text}");
            assert_eq!(&text[at..], rest, "{text}");
        }
    }

    #[test]
    fn a_mount_has_options_that_buildkit_knows() {
        for (value, is_refused, meant) in [
            ("type=cache,target=/x,sharing=locked", false, None),
            ("TYPE=Bind,Source=a,ro,dst=/x,rw=true", false, None),
            ("type=secret,id=a,required,env=A,mode=0400,uid=1", false, None),
            ("type=$T,target=$D", false, None),
            ("type=bind,\"source=a,b\",target=/x", false, None),
            ("type=bind,source=a,z", true, None),
            ("cache", true, None),
            ("type=cash,target=/x", true, Some("cache")),
            ("type=cache,traget=/x", true, Some("target")),
            ("type=bind,", true, None),
        ] {
            let found = mount_problem(value);
            assert_eq!(found.is_some(), is_refused, "{value}");
            assert_eq!(found.and_then(|(_, meant)| meant), meant, "{value}");
        }
    }
}

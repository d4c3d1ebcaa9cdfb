//! Paths as archives have them: untrusted, only compared, never followed on disk.

use std::collections::BTreeMap;

/// A name as text. Bytes that are no UTF-8 are written `\xff`, so that different names stay different.
pub(super) fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// The longest path, and the deepest, that is believed: Linux takes no longer ones.
const LONGEST: usize = 4096;
const DEEPEST: usize = 512;

/// A path without `.` parts and slashes at its ends; none when it leads upwards.
pub(super) fn normal(path: &str) -> Option<String> {
    if path.len() > LONGEST {
        return None;
    }
    let mut normal = String::with_capacity(path.len());
    let mut depth = 0;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            part => {
                depth += 1;
                if depth > DEEPEST {
                    return None;
                }
                if !normal.is_empty() {
                    normal.push('/');
                }
                normal.push_str(part);
            }
        }
    }
    Some(normal)
}

/// The path that a link in an archive leads to: a hard link's counts from the top, a symbolic one's from beside it.
pub(super) fn link_target(path: &str, kind: u8, target: &str) -> String {
    let beside = if kind == b'2' && !target.starts_with('/') {
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    } else {
        ""
    };
    from_top(&format!("{beside}/{target}"))
}

/// A path as it counts from the top, its `.` and `..` followed, without slashes at its ends.
pub(super) fn from_top(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A path with links followed, at most eight of them.
pub(super) fn resolve<'a>(links: &'a BTreeMap<String, String>, path: &'a str) -> &'a str {
    let mut path = path;
    for _ in 0..8 {
        match links.get(path) {
            Some(target) => path = target,
            None => break,
        }
    }
    path
}

//! How images, archives and paths are named, as the rules see it.

/// A word without the quotes around it.
pub(super) fn unquoted(word: &str) -> &str {
    let trimmed = word.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = trimmed.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote)) {
            return inner;
        }
    }
    trimmed
}

/// A value without its quotes; blanks in them count.
pub(super) fn inner(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

/// Whether a path starts at the root, on a Windows drive, or with a variable that may.
pub(super) fn is_absolute(path: &str) -> bool {
    let path = unquoted(path);
    let mut letters = path.chars();
    let has_drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':');
    path.starts_with(['/', '$']) || has_drive
}

/// Endings of archives that ADD unpacks.
const ARCHIVES: [&str; 14] = [
    ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz",
];

/// Whether a file is named as an archive that ADD unpacks.
pub(super) fn is_archive(name: &str) -> bool {
    let name = unquoted(name);
    ARCHIVES.iter().any(|ending| name.ends_with(ending))
}

/// The last part of a path, in Windows' spelling too.
pub(super) fn base_name(path: &str) -> &str {
    unquoted(path).rsplit(['/', '\\']).next().unwrap_or_default()
}

/// The registry that an image's name starts with.
pub(super) fn registry(image: &str) -> Option<&str> {
    let (first, _) = image.split_once('/')?;
    (first.contains(['.', ':']) || first == "localhost").then_some(first)
}

/// A base image's name taken apart: tag and digest.
pub(super) fn tag_and_digest(image: &str) -> (Option<&str>, Option<&str>) {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    // A colon before the last slash is followed by a registry's port, and one in braces by a variable's default.
    let mut depth = 0_usize;
    let mut colon = None;
    for (at, c) in name.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => colon = None,
            ':' if depth == 0 && colon.is_none() => colon = Some(at),
            _ => {}
        }
    }
    (colon.map(|at| &name[at + 1..]), digest)
}

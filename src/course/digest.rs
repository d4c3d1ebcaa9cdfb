//! One number for all files of a course.

use sha2::{Digest as _, Sha256};

use crate::course::file::CourseFile;

/// The SHA-256 of several parts, `sha256:…`: each is preceded by its length in bytes as 64 bits, big-endian, so that their
/// borders count.
pub fn digest_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("sha256:{}", hex::encode(hash.finalize()))
}

/// The SHA-256 of bytes alone, `sha256:…`, as registries have it.
pub fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// The 64 hexadecimal digits of a digest `sha256:…`; none where it is none, and might lead elsewhere as part of a path.
pub fn hex_of(digest: &str) -> Option<&str> {
    let is_hex = |hex: &&str| hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    digest.strip_prefix("sha256:").filter(is_hex)
}

/// The digest of a course's files: of each path and content in the order of the paths.
pub(super) fn digest(files: &[CourseFile]) -> String {
    let mut sorted: Vec<&CourseFile> = files.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    digest_of(sorted.into_iter().flat_map(|file| [file.path.as_bytes(), &*file.bytes]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> String {
        let files: Vec<CourseFile> = files
            .iter()
            .map(|(path, text)| CourseFile::new(*path, text.as_bytes().to_vec()))
            .collect();
        digest(&files)
    }

    #[test]
    fn every_byte_and_every_border_counts_and_the_order_does_not() {
        let one = of(&[("a", "bc"), ("d", "")]);
        assert_eq!(one, of(&[("d", ""), ("a", "bc")]));
        for other in [
            of(&[("a", "bcd"), ("", "")]),
            of(&[("ab", "c"), ("d", "")]),
            of(&[("a", "bc")]),
            of(&[("a", "bC"), ("d", "")]),
        ] {
            assert_ne!(one, other);
        }
        assert_eq!(
            of(&[]),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}

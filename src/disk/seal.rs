//! The seal on a workspace's record: a code that only who has the workspace's key can make (HMAC-SHA256, RFC 2104).
//!
//! The key is beside the record, so this is no secrecy: it tells a record that was edited from one that dockerlab wrote,
//! and stops nobody who reads this file.

use std::{io, path::Path};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::disk::{
    atomic_write::write,
    text_file::{TEXT_LIMIT, read_own},
};

/// Bytes of a key: a block of SHA-256.
const KEY: usize = 64;
/// The key in `.dockerlab`.
pub(super) const KEY_FILE: &str = "key";

/// What a workspace's records are sealed with.
pub(super) struct Key([u8; KEY]);

impl Key {
    /// The key that a text has; none where it has none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; KEY];
        hex::decode_to_slice(text.trim(), &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The key in a folder; none where there is none that can be read.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let text = read_own(&folder.join(KEY_FILE), TEXT_LIMIT).ok().flatten()?;
        Self::parse(&text)
    }

    /// The key in a folder, made where there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn read_or_make(folder: &Path) -> io::Result<Self> {
        if let Some(key) = Self::read(folder) {
            return Ok(key);
        }
        let mut bytes = [0; KEY];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        write(&folder.join(KEY_FILE), format!("{}\n", hex::encode(bytes)).as_bytes())?;
        Ok(Self(bytes))
    }

    /// The seal of a record.
    pub(super) fn seal(&self, record: &[u8]) -> String {
        hex::encode(self.code(record).finalize().into_bytes())
    }

    /// Whether a seal is this record's.
    pub(super) fn holds(&self, record: &[u8], seal: &str) -> bool {
        hex::decode(seal).is_ok_and(|seal| self.code(record).verify_slice(&seal).is_ok())
    }

    fn code(&self, record: &[u8]) -> Hmac<Sha256> {
        let mut code = <Hmac<Sha256>>::new(&self.0.into());
        code.update(record);
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_hmac_sha256() {
        // RFC 4231, test case 2, its key filled up with zeros as HMAC does.
        let key = Key::parse(&format!("{}{}", hex::encode("Jefe"), "0".repeat(120))).unwrap();
        let code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(key.seal(b"what do ya want for nothing?"), code);
        assert!(key.holds(b"what do ya want for nothing?", code));
        for (record, seal) in [
            ("what do ya want for nothing", code),
            ("what do ya want for nothing?", "00"),
            ("", ""),
        ] {
            assert!(!key.holds(record.as_bytes(), seal));
        }
    }

    #[test]
    fn a_key_is_made_once_and_is_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let seal = Key::read_or_make(dir.path()).unwrap().seal(b"x");
        assert_eq!(Key::read_or_make(dir.path()).unwrap().seal(b"x"), seal);
        assert_ne!(Key::read_or_make(other.path()).unwrap().seal(b"x"), seal);
        for damaged in ["", "00", &"zz".repeat(64)] {
            assert!(Key::parse(damaged).is_none(), "{damaged}");
        }
    }
}

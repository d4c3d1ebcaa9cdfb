//! Sizes as authors write them.

use schemars::JsonSchema;
use serde::Deserialize;

/// A number of bytes, also as `5 MB`.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
pub(super) struct Bytes(u64);

impl Bytes {
    /// How many.
    pub(super) fn get(self) -> u64 {
        self.0
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    Number(u64),
    Text(String),
}

impl TryFrom<Written> for Bytes {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let text = match written {
            Written::Number(bytes) => return Ok(Self(bytes)),
            Written::Text(text) => text,
        };
        let number = text.trim_end_matches(|c: char| c.is_alphabetic()).trim_end();
        let factor = match text[number.len()..].trim() {
            "B" | "" => Some(1),
            "kB" => Some(1_000),
            "MB" => Some(1_000_000),
            "GB" => Some(1_000_000_000),
            _ => None,
        };
        factor
            .and_then(|factor: u64| factor.checked_mul(number.parse().ok()?))
            .map(Self)
            .ok_or_else(|| say!("`{text}` is not a size: write a whole number followed by B, kB, MB or GB"; text))
    }
}

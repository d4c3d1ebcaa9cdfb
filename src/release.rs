//! The release that this program is one of, where the release workflow built it.

/// Where a workspace's workflow gets this very release from, and how it knows that it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Such as `1.2.3`.
    pub version: String,
    /// The address of the archive for GitHub's Linux runners.
    pub archive: String,
    /// The archive's SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Release {
    /// The release that this program was built as; none where it was built from source. `scripts/release` builds the
    /// runners' archive first, because a program cannot contain the checksum of its own archive.
    pub fn of_program() -> Option<Self> {
        Some(Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            archive: option_env!("DOCKERLAB_RUNNER_ARCHIVE")?.to_owned(),
            sha256: option_env!("DOCKERLAB_RUNNER_SHA256")?.to_owned(),
        })
    }
}

//! Platforms that images are built for.

/// The platform that an image is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// "linux".
    pub os: String,
    /// "amd64".
    pub architecture: String,
    /// "v8"; empty for any.
    pub variant: String,
}

impl Default for Platform {
    /// Linux on this kind of processor, by the names that Go has for them.
    fn default() -> Self {
        let architecture = if cfg!(target_arch = "aarch64") {
            "arm64"
        } else if cfg!(target_arch = "x86") {
            "386"
        } else if cfg!(target_arch = "arm") {
            "arm"
        } else if cfg!(target_arch = "powerpc64") {
            "ppc64le"
        } else if cfg!(target_arch = "s390x") {
            "s390x"
        } else if cfg!(target_arch = "riscv64") {
            "riscv64"
        } else {
            "amd64"
        };
        Self {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: String::new(),
        }
    }
}

impl Platform {
    /// Reads "linux/arm64" or "linux/arm/v7".
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let platform = Self {
            os: parts.next()?.to_owned(),
            architecture: parts.next()?.to_owned(),
            variant: parts.next().unwrap_or_default().to_owned(),
        };
        let is_whole = !platform.os.is_empty() && !platform.architecture.is_empty() && parts.next().is_none();
        is_whole.then_some(platform)
    }

    pub(super) fn name(&self) -> String {
        let end = if self.variant.is_empty() {
            String::new()
        } else {
            format!("/{}", self.variant)
        };
        format!("{}/{}{end}", self.os, self.architecture)
    }
}

//! Files that are known to be waste in an image, recognised by their path.

use serde::{Deserialize, Serialize};

/// What wasted files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// apt's lists of packages.
    AptLists,
    /// Packages that apt fetched, and its index of them.
    AptArchives,
    /// apk's index and packages.
    ApkCache,
    /// dnf's and yum's.
    DnfCache,
    /// pip's.
    PipCache,
    /// Poetry's.
    PoetryCache,
    /// npm's and yarn's.
    NpmCache,
    /// Go's and Cargo's.
    BuildCache,
    /// Python's compiled files.
    CompiledPython,
    /// Logs.
    Logs,
    /// Temporary files.
    Temporary,
    /// A repository's history.
    Git,
}

impl Topic {
    /// The topic of a path.
    pub fn of(path: &str) -> Option<Self> {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
        let within = |folder: &str| path.strip_prefix(&folder[1..]).is_some() || path.contains(folder);
        Some(if starts(&["var/lib/apt/lists/"]) {
            Self::AptLists
        } else if starts(&["var/cache/apt/"]) {
            Self::AptArchives
        } else if starts(&["var/cache/apk/", "etc/apk/cache/"]) {
            Self::ApkCache
        } else if starts(&["var/cache/dnf/", "var/cache/yum/", "var/cache/zypp/"]) {
            Self::DnfCache
        } else if within("/.cache/pip/") {
            Self::PipCache
        } else if within("/.cache/pypoetry/") && !within("/.cache/pypoetry/virtualenvs/") {
            Self::PoetryCache
        } else if within("/.npm/") || within("/.cache/yarn/") || within("/.yarn/cache/") {
            Self::NpmCache
        } else if within("/.cache/go-build/") || within("/.cargo/registry/") {
            Self::BuildCache
        } else if within("/.git/objects/") || within("/.git/") {
            Self::Git
        } else if starts(&["tmp/", "var/tmp/"]) {
            Self::Temporary
        } else if starts(&["var/log/"]) {
            Self::Logs
        } else if within("/__pycache__/") {
            Self::CompiledPython
        } else {
            return None;
        })
    }

    /// What it is called: "apt's package lists".
    pub fn name(self) -> &'static str {
        match self {
            Self::AptLists => say!("apt's package lists"),
            Self::AptArchives => say!("apt's downloaded packages"),
            Self::ApkCache => say!("apk's cache"),
            Self::DnfCache => say!("the package manager's cache"),
            Self::PipCache => say!("pip's cache"),
            Self::PoetryCache => say!("Poetry's cache"),
            Self::NpmCache => say!("npm's cache"),
            Self::BuildCache => say!("the compiler's cache"),
            Self::CompiledPython => say!("compiled Python files"),
            Self::Logs => say!("logs"),
            Self::Temporary => say!("temporary files"),
            Self::Git => say!("a repository's history"),
        }
    }

    /// What to write instead, where it is left in the image.
    pub fn fix(self) -> &'static str {
        match self {
            Self::AptLists => say!("end the same RUN with `&& rm -rf /var/lib/apt/lists/*`"),
            Self::AptArchives => say!("end the same RUN with `&& apt-get clean`"),
            Self::ApkCache => say!("write `apk add --no-cache`"),
            Self::DnfCache => say!("end the same RUN with the package manager's `clean`"),
            Self::PipCache => say!("write `pip install --no-cache-dir`"),
            Self::PoetryCache => {
                say!("end the same RUN with `&& rm -rf` and the cache's folder, or write `poetry install --no-cache`")
            }
            Self::NpmCache => say!("end the same RUN with `&& npm cache clean --force`"),
            Self::BuildCache => say!("build in a separate stage and copy the result"),
            Self::CompiledPython => say!("set PYTHONDONTWRITEBYTECODE=1, or exclude them in .dockerignore"),
            Self::Logs => say!("remove them in the same RUN"),
            Self::Temporary => say!("remove them in the same RUN"),
            Self::Git => say!("add `.git` to .dockerignore"),
        }
    }

    /// Whether files of this kind are waste where they are visible too; the others may be wanted.
    pub fn is_waste_in_sight(self) -> bool {
        !matches!(self, Self::CompiledPython | Self::Logs)
    }
}

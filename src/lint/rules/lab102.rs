//! The image holds caches that are never used again.
//!
//! This is read from the built image, not from the Dockerfile: a layer of it has what a package
//! manager downloaded or would have liked to find again. Leave it out, or mount a cache there.
//!
//! ```layers
//! 2 /root/.cache/pip/http/a 5000000
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN ./install.sh
//! ```
//!
//! ```layers
//! 2 /srv/app 5000000
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! CMD ["true"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB102", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    let caches = [
        "/root/.cache/",
        "/root/.npm/",
        "/var/cache/apk/",
        "/var/cache/apt/",
        "/var/cache/dnf/",
        "/var/cache/yum/",
    ];
    left_behind(file, &caches, report);
}

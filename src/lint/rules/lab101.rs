//! The image holds package lists that are never used again.
//!
//! This is not read from the Dockerfile but seen in the image that was built from it: a layer of it has the lists.
//! Remove them in the RUN that fetched them.
//!
//! ```layers
//! 2 /var/lib/apt/lists/archive.example_dists_bookworm_main_Packages 43000000
//! ```
//!
//! ```dockerfile bad
//! FROM debian:12
//! RUN ./install.sh
//! ```
//!
//! ```layers
//! 2 /srv/app 43000000
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! CMD ["true"]
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("LAB101", Severity::Warning, check);

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    left_behind(file, &["/var/lib/apt/lists/"], report);
}

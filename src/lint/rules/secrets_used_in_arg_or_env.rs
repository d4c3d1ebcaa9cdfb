//! This variable looks like a secret.
//!
//! Anyone who has the image can read the values of ARG and ENV in its history. Pass a secret only to the RUN that needs
//! it: `RUN --mount=type=secret`.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ARG DB_PASSWD
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN --mount=type=secret,id=db make
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("SecretsUsedInArgOrEnv", Severity::Warning, check).twin_of(&["DL3064"]);

const WORDS: [&str; 10] = [
    "apikey",
    "auth",
    "credential",
    "credentials",
    "key",
    "password",
    "pword",
    "passwd",
    "secret",
    "token",
];

/// Words of names that are no secrets: a public key, where a secret is mounted, which version it has.
const ALLOWED: [&str; 3] = ["public", "file", "version"];

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    // docker looks at the stages only.
    for step in file.steps.iter().filter(|step| !step.on_build && step.stage.is_some()) {
        if !matches!(step.keyword(), Keyword::Arg | Keyword::Env) {
            continue;
        }
        for pair in &step.instruction.pairs {
            let name = pair.name.to_ascii_lowercase();
            let is_allowed = name.split('_').any(|word| ALLOWED.contains(&word));
            if !is_allowed && name.split('_').any(|word| WORDS.contains(&word)) {
                report.within(step, (pair.line, pair.column), &pair.name);
            }
        }
    }
}

//! This variable looks like a secret.
//!
//! What ARG and ENV hold can be read in the image's history by whoever has the image. Hand secrets to the one RUN that
//! needs them: `RUN --mount=type=secret`.
//!
//! ```dockerfile bad
//! FROM debian:12
//! ENV API_TOKEN=abc
//! ```
//!
//! ```dockerfile good
//! FROM debian:12
//! RUN --mount=type=secret,id=token make
//! ```

use crate::lint::prelude::*;

pub(super) const RULE: Rule = Rule::new("DL3064", Severity::Warning, check);

const PARTS: [&str; 6] = ["password", "secret", "token", "api_key", "private_key", "ssh_private"];

fn check(file: &LintedDockerfile<'_>, report: &mut Reporter<'_>) {
    for step in &file.steps {
        let pairs = &step.instruction.pairs;
        let looked_at = match step.keyword() {
            Keyword::Env => pairs.len(),
            Keyword::Arg => 1,
            _ => 0,
        };
        let secret = pairs.iter().take(looked_at).find(|pair| looks_secret(&pair.name));
        if let Some(pair) = secret {
            report.within(step, (pair.line, pair.column), &pair.name);
        }
    }
}

fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "aws_access_key_id" || name == "privatekey" || PARTS.iter().any(|part| name.contains(part))
}

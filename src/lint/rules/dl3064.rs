//! This variable looks like a secret.
//!
//! Anyone who has the image can read the values of ARG and ENV in its history. Pass a secret only to the RUN that needs
//! it: `RUN --mount=type=secret`.
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

/// Parts of names that hadolint takes for secrets.
const PARTS: [&str; 7] = [
    "api_key",
    "client_key",
    "password",
    "private",
    "secret",
    "token",
    "username",
];

/// Whole names that hadolint takes for secrets, besides those with such a part.
const NAMES: [&str; 13] = [
    "application_key",
    "aws_access_key_id",
    "ci_deploy_user",
    "docker_email",
    "facebook_app_id",
    "heroku_api_user",
    "okta_authn_groupid",
    "okta_client_orgurl",
    "okta_oauth2_clientid",
    "stripe_device_name",
    "travis_os_name",
    "travis_secure_env_vars",
    "travis_sudo",
];

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
    NAMES.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part))
}

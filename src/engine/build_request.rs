//! What both builders' requests have in common.

use bollard::errors::Error as Refusal;

use super::{
    client::{Target, proxies},
    docker::DockerEngine,
    errors::{status, words},
    requests::encode,
};
use crate::error::Error;

/// The query's part with the build arguments: the proxies of the docker client's settings, which docker gives to builds.
/// They are predefined, so they are no part of the image and change nothing that the cache looks at.
pub(super) fn build_args(target: &Target) -> String {
    let proxies: serde_json::Map<String, serde_json::Value> = proxies(target)
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    if proxies.is_empty() {
        return String::new();
    }
    format!("&buildargs={}", encode(&serde_json::Value::Object(proxies).to_string()))
}

/// Returns the builder's message, when a refusal is one about the Dockerfile.
pub(super) fn refused(engine: &DockerEngine, refusal: &Refusal) -> Result<String, Error> {
    let told = words(refusal);
    // A syntax error is HTTP 400 on some engines and 500 on others.
    match status(refusal) {
        Some(400) => Ok(told),
        Some(_) if told.to_lowercase().contains("dockerfile") => Ok(told),
        _ => Err(engine.refused(say!("the build failed"), refusal)),
    }
}

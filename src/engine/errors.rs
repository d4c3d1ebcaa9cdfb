//! bollard's errors in our words.

use crate::error::Error;

/// An engine's answer that says no, told as what was being done.
pub(super) fn failed(doing: &str, error: &bollard::errors::Error) -> Error {
    Error::engine(format!("the engine cannot {doing}")).cause(reason(error))
}

/// The engine's own words, without the client's around them.
pub(super) fn reason(error: &bollard::errors::Error) -> String {
    let text = match error {
        bollard::errors::Error::DockerResponseServerError { status_code, message } => {
            if message.trim().is_empty() {
                format!("it answered with status {status_code}")
            } else {
                message.clone()
            }
        }
        bollard::errors::Error::DockerStreamError { error } | bollard::errors::Error::DockerContainerWaitError { error, .. } => {
            error.clone()
        }
        bollard::errors::Error::RequestTimeoutError => "it did not answer in time".to_owned(),
        other => {
            let mut text = other.to_string();
            let mut next = std::error::Error::source(other);
            while let Some(source) = next {
                let source_text = source.to_string();
                if !text.contains(&source_text) {
                    text = format!("{text}: {source_text}");
                }
                next = source.source();
            }
            text
        }
    };
    super::text::clean(text.as_bytes()).lines().collect::<Vec<_>>().join(" ").chars().take(500).collect()
}

/// The status of an engine's answer, when it is one.
pub(super) fn status(error: &bollard::errors::Error) -> Option<u16> {
    match error {
        bollard::errors::Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// No engine at all.
pub(super) fn unreachable(endpoint: &str, how: &str, why: &str) -> Error {
    let error = Error::engine(format!("cannot reach the Docker engine at {endpoint} (from {how})")).cause(why);
    let lower = why.to_lowercase();
    if lower.contains("permission denied") {
        error.help("add yourself to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again)")
    } else if lower.contains("no such file") || lower.contains("not found") {
        error.help("start Docker Desktop, or `sudo systemctl start docker`; `dockerlab doctor` tells what was looked for")
    } else {
        error.help("is Docker running? start it, or set DOCKER_HOST; `dockerlab check --static` needs no engine")
    }
}

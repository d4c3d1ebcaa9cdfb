//! What an engine's refusals mean to a person. Status codes decide, not wording: that differs by version.

use std::{error::Error as StdError, io::ErrorKind};

use bollard::errors::Error as Refusal;

use super::text::one_line;
use crate::error::Error;

/// Words of an engine's message that mean that a registry was not reached.
const NETWORK: &[&str] = &[
    "no such host",
    "server misbehaving",
    "temporary failure in name resolution",
    "dial tcp",
    "i/o timeout",
    "tls handshake timeout",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "failed to do request",
    "client.timeout exceeded",
    "toomanyrequests",
];

/// Returns the status code of a refusal, if the engine answered at all.
pub(super) fn status(refusal: &Refusal) -> Option<u16> {
    match refusal {
        Refusal::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// Returns whether the engine says that there is no such thing.
pub(super) fn is_missing(refusal: &Refusal) -> bool {
    status(refusal) == Some(404)
}

/// Returns the engine's own words, one line.
pub(super) fn words(refusal: &Refusal) -> String {
    let text = match refusal {
        Refusal::DockerResponseServerError { message, .. } => message.clone(),
        Refusal::DockerStreamError { error } => error.clone(),
        Refusal::RequestTimeoutError => say!("no answer in time").to_owned(),
        other => deepest(other),
    };
    let text = one_line(&text);
    if text.is_empty() {
        return match status(refusal) {
            Some(code) => say!("HTTP status {code}"; code),
            None => say!("no reason given").to_owned(),
        };
    }
    // Engine 20.10 doubles some texts: "no such image: x: No such image: x".
    if let Some((first, second)) = text.split_once(": N")
        && first.eq_ignore_ascii_case(&format!("n{second}"))
    {
        return first.to_owned();
    }
    text
}

/// Returns the message at the bottom of a chain of errors: there the reason stands.
fn deepest(error: &dyn StdError) -> String {
    let mut deepest = error;
    while let Some(next) = deepest.source() {
        deepest = next;
    }
    deepest.to_string()
}

/// Returns the error for a request that an engine refused or left unanswered.
pub(super) fn refused(endpoint: &str, what: &str, refusal: &Refusal) -> Error {
    match refusal {
        Refusal::DockerResponseServerError { message, .. } if message.contains("HTTPS server") => encrypted(endpoint),
        Refusal::DockerResponseServerError { .. } | Refusal::DockerStreamError { .. } => {
            with_disk_help(Error::engine(what).cause(words(refusal)), &words(refusal))
        }
        Refusal::RequestTimeoutError => slow(what),
        Refusal::SocketNotFoundError(_) => unreachable_engine(endpoint, Some(ErrorKind::NotFound), None),
        other => match io_kind(other) {
            Some(
                kind @ (ErrorKind::NotFound
                | ErrorKind::ConnectionRefused
                | ErrorKind::PermissionDenied
                | ErrorKind::TimedOut
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable),
            ) => unreachable_engine(endpoint, Some(kind), Some(&deepest(other))),
            _ if is_connect(other) => unreachable_engine(endpoint, None, Some(&deepest(other))),
            _ => Error::engine(what).cause(one_line(&deepest(other))),
        },
    }
}

/// Returns the error for an engine that wants its connections encrypted.
pub(super) fn encrypted(endpoint: &str) -> Error {
    Error::engine(say!("cannot speak TLS to the engine at {endpoint}"; endpoint)).help(say!(
        "forward its socket with `ssh -L`, or unset DOCKER_HOST and DOCKER_TLS_VERIFY to use this machine's engine"
    ))
}

/// Returns the error for a request that was not answered in time.
pub(super) fn slow(what: &str) -> Error {
    Error::engine(what)
        .cause(say!("the engine did not answer in time"))
        .help(say!(
            "see whether the engine is busy: `docker info` should answer at once"
        ))
}

/// Adds what to do when the engine's disk is full.
pub(super) fn with_disk_help(error: Error, words: &str) -> Error {
    if words.contains("no space left on device") {
        error.help(say!(
            "the engine's disk is full: `docker system prune` frees what nothing uses"
        ))
    } else {
        error
    }
}

/// Returns whether a message says that a registry was not reached, which is nobody's Dockerfile's fault.
pub(super) fn is_network(words: &str) -> bool {
    let words = words.to_lowercase();
    NETWORK.iter().any(|sign| words.contains(sign))
}

/// Returns the error for an engine that is not there.
pub(super) fn unreachable_engine(endpoint: &str, kind: Option<ErrorKind>, cause: Option<&str>) -> Error {
    let error = Error::engine(say!("cannot reach the Docker engine at {endpoint}"; endpoint));
    let error = match (kind, cause) {
        (Some(ErrorKind::NotFound), None) => error.cause(say!("there is no such socket")),
        (_, Some(cause)) => error.cause(one_line(cause)),
        (_, None) => error,
    };
    let remote = !(endpoint.starts_with("unix://") || endpoint.starts_with("npipe://"));
    error.help(match kind {
        Some(ErrorKind::PermissionDenied) if cfg!(unix) => {
            say!("add yourself to the group that may use it (`sudo usermod -aG docker $USER`), then log in again")
        }
        _ if remote => say!("see that DOCKER_HOST names the right machine and port, and that an engine listens there"),
        _ if cfg!(target_os = "linux") => {
            say!("start Docker Desktop, or the service (`sudo systemctl start docker`), or set DOCKER_HOST")
        }
        _ => say!("start Docker Desktop, or set DOCKER_HOST"),
    })
}

/// Returns the kind of the I/O error at the bottom of a refusal.
fn io_kind(refusal: &Refusal) -> Option<ErrorKind> {
    let mut next: Option<&dyn StdError> = Some(refusal);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        next = error.source();
    }
    None
}

/// Returns whether the connection itself was not made.
fn is_connect(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::HyperLegacyError { err } if err.is_connect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status_code: u16, message: &str) -> Refusal {
        Refusal::DockerResponseServerError {
            status_code,
            message: message.to_owned(),
        }
    }

    #[test]
    fn doubled_texts_are_told_once() {
        assert_eq!(
            words(&answered(404, "no such image: x: No such image: x")),
            "no such image: x"
        );
        assert_eq!(
            words(&answered(404, "No such image: x:latest")),
            "No such image: x:latest"
        );
        assert_eq!(words(&answered(500, "")), "HTTP status 500");
    }

    #[test]
    fn help_depends_on_the_cause() {
        let missing = unreachable_engine("unix:///x", Some(ErrorKind::NotFound), None);
        assert_eq!(
            missing.to_string(),
            "cannot reach the Docker engine at unix:///x: there is no such socket"
        );
        let denied = unreachable_engine(
            "unix:///x",
            Some(ErrorKind::PermissionDenied),
            Some("permission denied"),
        );
        assert!(denied.help_text().unwrap().contains("usermod"));
        let remote = unreachable_engine("tcp://h:1", Some(ErrorKind::ConnectionRefused), Some("refused"));
        assert!(remote.help_text().unwrap().contains("DOCKER_HOST"));
    }

    #[test]
    fn a_full_disk_and_the_network_are_recognised() {
        let full = refused(
            "unix:///x",
            "cannot create a container",
            &answered(500, "write: no space left on device"),
        );
        assert!(full.help_text().unwrap().contains("prune"));
        assert!(is_network("dial tcp: lookup registry-1.docker.io: no such host"));
        assert!(!is_network("pull access denied for nope, repository does not exist"));
    }
}

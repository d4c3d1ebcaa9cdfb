//! What an engine's refusals mean to a person. Status codes decide, not wording: that differs by version.

use std::{error::Error as StdError, io::ErrorKind};

use bollard::errors::Error as Refusal;

use super::{
    address::{Address, SshHost},
    client::Target,
    text::one_line,
};
use crate::error::Error;

/// Returns the status code of a refusal, if the engine answered at all.
pub(super) fn status(refusal: &Refusal) -> Option<u16> {
    match refusal {
        Refusal::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// Returns whether the engine says that the object does not exist.
pub(super) fn is_missing(refusal: &Refusal) -> bool {
    status(refusal) == Some(404)
}

/// Returns the engine's own words, one line.
pub(super) fn words(refusal: &Refusal) -> String {
    let text = match refusal {
        Refusal::DockerResponseServerError { message, .. } => message.clone(),
        Refusal::DockerStreamError { error } => error.clone(),
        Refusal::RequestTimeoutError => say!("no answer within the time limit").to_owned(),
        other => deepest(other),
    };
    let text = one_line(&text);
    if text.is_empty() {
        return match status(refusal) {
            Some(code) => say!("HTTP status {code}"; code),
            None => say!("no reason was given").to_owned(),
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
pub(super) fn refused(target: &Target, what: &str, refusal: &Refusal) -> Error {
    match refusal {
        Refusal::DockerResponseServerError { message, .. } if message.contains("HTTPS server") => {
            Error::engine(say!("the engine at {} requires TLS", target.endpoint)).help(say!(
                "set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with its ca.pem, cert.pem and key.pem"
            ))
        }
        Refusal::DockerResponseServerError { .. } | Refusal::DockerStreamError { .. } => {
            with_disk_help(Error::engine(what).cause(words(refusal)), &words(refusal))
        }
        Refusal::RequestTimeoutError => slow(what),
        // Only a connection that was not made is an I/O error by itself: later ones come inside of hyper's.
        Refusal::IOError { err } if err.kind() != ErrorKind::InvalidData || is_tls(err) => {
            unreachable_engine(target, err.kind(), &deepest(err))
        }
        other => match io_kind(other) {
            Some(ErrorKind::ConnectionRefused) => {
                unreachable_engine(target, ErrorKind::ConnectionRefused, &deepest(other))
            }
            _ => Error::engine(what).cause(one_line(&deepest(other))),
        },
    }
}

/// Whether the engine's certificate, or ours, was not accepted.
fn is_tls(error: &std::io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
}

/// Returns the error for a request that was not answered in time.
pub(super) fn slow(what: &str) -> Error {
    Error::engine(what)
        .cause(say!("the engine did not answer within the time limit"))
        .help(say!(
            "check whether the engine is busy: `docker info` should answer immediately"
        ))
}

/// Adds what to do when the engine's disk is full.
pub(super) fn with_disk_help(error: Error, words: &str) -> Error {
    if words.contains("no space left on device") {
        error.help(say!(
            "the engine's disk is full: free unused data with `docker system prune`"
        ))
    } else {
        error
    }
}

/// Returns the error for an engine that is not there.
fn unreachable_engine(target: &Target, kind: ErrorKind, cause: &str) -> Error {
    let endpoint = &target.endpoint;
    let error = Error::engine(say!("cannot reach the Docker engine at {endpoint}"; endpoint));
    let error = match (&target.address, kind) {
        (Address::Unix(_), ErrorKind::NotFound) => error.cause(say!("the socket does not exist")),
        _ => error.cause(one_line(cause)),
    };
    if let Some(context) = &target.context {
        return error
            .cause(say!("the address comes from the docker context `{context}`"; context))
            .help(say!(
                "start the engine of that context, or go back to the default: `docker context use default`, and unset \
                 DOCKER_CONTEXT if it is set"
            ));
    }
    let help = match &target.address {
        Address::Ssh(ssh) => say!("check that this works: `{}`", ssh_command(ssh)),
        Address::Tls(..) if kind == ErrorKind::InvalidData => {
            say!("check that the certificates in DOCKER_CERT_PATH are for this engine").to_owned()
        }
        Address::Tcp(_) | Address::Tls(..) => {
            say!("check that DOCKER_HOST has the right machine and port, and that an engine listens there").to_owned()
        }
        Address::Unix(_) if kind == ErrorKind::PermissionDenied => {
            say!("add yourself to the group that can use it (`sudo usermod -aG docker $USER`), then log in again")
                .to_owned()
        }
        Address::Unix(_) if cfg!(target_os = "linux") => {
            say!("start Docker Desktop, or the service (`sudo systemctl start docker`), or set DOCKER_HOST").to_owned()
        }
        Address::Unix(_) | Address::Pipe(_) => say!("start Docker Desktop, or set DOCKER_HOST").to_owned(),
    };
    error.help(help)
}

/// What asks the engine behind `ssh` by hand.
fn ssh_command(ssh: &SshHost) -> String {
    let port = ssh.port.map(|port| format!("-p {port} ")).unwrap_or_default();
    format!("ssh {port}{} docker version", ssh.destination)
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

    fn told(endpoint: &str, kind: ErrorKind) -> Error {
        let refusal = Refusal::from(std::io::Error::new(kind, "the reason"));
        refused(&Target::at(endpoint).unwrap(), "x", &refusal)
    }

    #[test]
    fn help_depends_on_the_cause() {
        assert_eq!(
            told("unix:///x", ErrorKind::NotFound).to_string(),
            "cannot reach the Docker engine at unix:///x: the socket does not exist"
        );
        let denied = told("unix:///x", ErrorKind::PermissionDenied);
        assert!(denied.help_text().unwrap().contains("usermod"));
        let remote = told("tcp://me:hush@h:1", ErrorKind::ConnectionRefused);
        assert!(remote.help_text().unwrap().contains("DOCKER_HOST"));
        assert!(!remote.to_string().contains("hush"), "{remote}");
        let ssh = told("ssh://me@h:2222", ErrorKind::ConnectionRefused);
        assert!(ssh.help_text().unwrap().contains("`ssh -p 2222 me@h docker version`"));
        let https = answered(400, "Client sent an HTTP request to an HTTPS server.");
        let https = refused(&Target::at("tcp://h:2376").unwrap(), "x", &https);
        assert!(https.help_text().unwrap().contains("DOCKER_TLS_VERIFY=1"));
    }

    #[test]
    fn a_dead_context_is_named_with_the_way_back() {
        let mut target = Target::at("tcp://h:1").unwrap();
        target.context = Some("work".to_owned());
        let refusal = Refusal::from(std::io::Error::from(ErrorKind::ConnectionRefused));
        let error = refused(&target, "x", &refusal);
        assert!(error.to_string().contains("`work`"), "{error}");
        assert!(error.help_text().unwrap().contains("docker context use default"));
    }

    #[test]
    fn a_full_disk_is_recognised() {
        let full = refused(
            &Target::at("unix:///x").unwrap(),
            "cannot create a container",
            &answered(500, "write: no space left on device"),
        );
        assert!(full.help_text().unwrap().contains("prune"));
    }
}

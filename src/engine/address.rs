//! The address of an engine, as docker writes it: `unix://`, `tcp://`, `ssh://`, `npipe://`.

use std::path::PathBuf;

use crate::error::Error;

/// The docker client's default socket on Unix.
pub(super) const SOCKET: &str = "/var/run/docker.sock";
/// The port of an engine without TLS.
const PORT: u16 = 2375;
/// The port of an engine with TLS.
const TLS_PORT: u16 = 2376;

/// How an engine is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A Unix socket's path.
    Unix(PathBuf),
    /// "host:port", without encryption.
    Tcp(String),
    /// "host:port", with TLS.
    Tls(String, Certificates),
    /// A Windows named pipe, `\\.\pipe\docker_engine`.
    Pipe(String),
    /// A machine that `ssh` knows how to reach.
    Ssh(SshHost),
}

/// The files for TLS, as `docker` calls them; none where the file does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Certificates {
    /// `ca.pem`: who may have signed the engine's certificate. Without it the system's list counts.
    pub(super) ca: Option<PathBuf>,
    /// `cert.pem`: our own certificate.
    pub(super) cert: Option<PathBuf>,
    /// `key.pem`: its key.
    pub(super) key: Option<PathBuf>,
    /// Whether the engine's certificate is not checked.
    pub(super) skip_verify: bool,
}

/// A destination of `ssh`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SshHost {
    /// "user@host" or "host".
    pub(super) destination: String,
    /// The port, when one is named.
    pub(super) port: Option<u16>,
    /// The socket on that machine, when one is named.
    pub(super) socket: Option<String>,
}

impl Address {
    /// Takes an endpoint apart. With `certificates`, a TCP endpoint is spoken to with TLS.
    ///
    /// # Errors
    /// When the endpoint is no address of an engine. The message never shows a password.
    pub(super) fn parse(endpoint: &str, certificates: Option<&Certificates>) -> Result<Self, Error> {
        let shown = without_password(endpoint);
        let invalid = || {
            Error::engine(say!("`{shown}` is not the address of an engine"; shown)).help(say!(
                "write it like unix:///var/run/docker.sock or tcp://127.0.0.1:2375"
            ))
        };
        // docker takes an address without a scheme for TCP.
        let (scheme, rest) = endpoint.split_once("://").unwrap_or(("tcp", endpoint));
        match scheme {
            "unix" if cfg!(unix) => Ok(Self::Unix(PathBuf::from(if rest.is_empty() { SOCKET } else { rest }))),
            "npipe" if cfg!(windows) && !rest.is_empty() => Ok(Self::Pipe(rest.replace('/', "\\"))),
            "tcp" | "http" | "https" => {
                let certificates = certificates
                    .cloned()
                    .or_else(|| (scheme == "https").then(Certificates::default));
                let port = if certificates.is_some() { TLS_PORT } else { PORT };
                let authority = rest.split('/').next().unwrap_or_default();
                let host = match authority.rsplit_once('@').map_or(authority, |(_, host)| host) {
                    // docker's own default, where only a port or nothing is named.
                    "" if !endpoint.is_empty() => "localhost".to_owned(),
                    host if host.starts_with(':') => format!("localhost{host}"),
                    host => host.to_owned(),
                };
                let host = with_port(&host, port).ok_or_else(invalid)?;
                Ok(match certificates {
                    Some(certificates) => Self::Tls(host, certificates),
                    None => Self::Tcp(host),
                })
            }
            "ssh" => {
                let (authority, socket) = rest.split_once('/').unwrap_or((rest, ""));
                let (user, host) = match authority.rsplit_once('@') {
                    Some((user, host)) => (user.split(':').next().filter(|user| !user.is_empty()), host),
                    None => (None, authority),
                };
                let (host, port) = split_port(host).ok_or_else(invalid)?;
                let host = host.trim_matches(['[', ']']);
                // ssh would take such a word for an option.
                if host.starts_with('-') || user.is_some_and(|user| user.starts_with('-')) {
                    return Err(invalid());
                }
                Ok(Self::Ssh(SshHost {
                    destination: user.map_or_else(|| host.to_owned(), |user| format!("{user}@{host}")),
                    port,
                    socket: (!socket.is_empty()).then(|| format!("/{socket}")),
                }))
            }
            _ => Err(invalid()),
        }
    }

    /// The address as a person may see it: without passwords.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Unix(path) => format!("unix://{}", path.display()),
            Self::Tcp(host) | Self::Tls(host, _) => format!("tcp://{host}"),
            Self::Pipe(path) => format!("npipe://{}", path.replace('\\', "/")),
            Self::Ssh(ssh) => {
                let port = ssh.port.map(|port| format!(":{port}")).unwrap_or_default();
                let socket = ssh.socket.as_deref().unwrap_or_default();
                format!("ssh://{}{port}{socket}", ssh.destination)
            }
        }
    }

    /// Whether ports that are published on the engine's 127.0.0.1 may be reached from this machine: desktop products
    /// forward them from their virtual machine. A Unix socket can lead elsewhere all the same.
    pub(super) fn may_be_local(&self) -> bool {
        match self {
            Self::Unix(_) | Self::Pipe(_) => true,
            Self::Ssh(_) => false,
            Self::Tcp(address) | Self::Tls(address, _) => {
                let host = host_of(address);
                host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
        }
    }
}

/// The host of "host:port", without the brackets of an IPv6 address.
pub(super) fn host_of(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_matches(['[', ']'])
}

/// An endpoint as a person may see it: a password in it is replaced.
pub(super) fn without_password(endpoint: &str) -> String {
    let (scheme, rest) = match endpoint.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), endpoint),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    // A password may hold a slash: then the `@` is behind it.
    let at = rest.rfind('@').or_else(|| rest[..end].rfind('@'));
    match at.and_then(|at| Some((rest[..at].split_once(':')?.0, &rest[at..]))) {
        Some((user, host)) => format!("{scheme}{user}:***{host}"),
        None => endpoint.to_owned(),
    }
}

fn with_port(host: &str, port: u16) -> Option<String> {
    let (host, named) = split_port(host)?;
    Some(format!("{host}:{}", named.unwrap_or(port)))
}

/// Splits "host:port", where the port may be missing; none when there is no host, or the port is invalid.
fn split_port(host: &str) -> Option<(&str, Option<u16>)> {
    let bracket = host.rfind(']').unwrap_or(0);
    let (name, port) = match host[bracket..].rfind(':') {
        Some(at) => (&host[..bracket + at], Some(host[bracket + at + 1..].parse().ok()?)),
        None => (host, None),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".-_[]:%".contains(c);
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(endpoint: &str) -> Result<Address, Error> {
        Address::parse(endpoint, None)
    }

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(parse("unix:///a/b").unwrap(), Address::Unix("/a/b".into()));
        for (endpoint, host) in [
            ("tcp://h", "h:2375"),
            ("tcp://h:1/", "h:1"),
            ("tcp://[::1]:9", "[::1]:9"),
            ("tcp://[::1]", "[::1]:2375"),
            ("h:7", "h:7"),
            ("tcp://", "localhost:2375"),
            (":7", "localhost:7"),
            ("127.0.0.1:2375", "127.0.0.1:2375"),
            ("tcp://user:pa/ss@h:1", "h:1"),
        ] {
            if endpoint.contains("pa/ss") {
                // Whatever comes of it, the password is not shown.
                let shown = parse(endpoint).map_or_else(|error| error.to_string(), |address| address.shown());
                assert!(!shown.contains("ss@"), "{shown}");
            } else {
                assert_eq!(parse(endpoint).unwrap(), Address::Tcp(host.to_owned()), "{endpoint}");
            }
        }
        for wrong in [
            "",
            "fd://",
            "tcp://h:70000",
            "ssh://",
            "ssh://-oProxyCommand=x",
            "tcp://a b",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse("tcp://[::1]:9").unwrap().may_be_local());
        assert!(parse("tcp://localhost:9").unwrap().may_be_local());
        assert!(!parse("tcp://docker:9").unwrap().may_be_local());
    }

    #[test]
    fn tls_is_spoken_where_it_is_asked_for() {
        let files = Certificates::default();
        assert_eq!(
            Address::parse("tcp://h", Some(&files)).unwrap(),
            Address::Tls("h:2376".to_owned(), files.clone())
        );
        assert!(matches!(parse("https://h:2376").unwrap(), Address::Tls(..)));
        assert!(matches!(
            Address::parse("unix:///s", Some(&files)).unwrap(),
            Address::Unix(_)
        ));
    }

    #[test]
    fn ssh_keeps_user_port_and_socket() {
        let Address::Ssh(ssh) = parse("ssh://me@host:2222/run/docker.sock").unwrap() else {
            panic!("not ssh");
        };
        assert_eq!(
            (ssh.destination.as_str(), ssh.port, ssh.socket.as_deref()),
            ("me@host", Some(2222), Some("/run/docker.sock"))
        );
        assert_eq!(parse("ssh://me:secret@host").unwrap().shown(), "ssh://me@host");
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(without_password("tcp://me:hush@h:1"), "tcp://me:***@h:1");
        assert_eq!(without_password("me:hush@h"), "me:***@h");
        assert_eq!(without_password("tcp://me:hu/sh@h:1"), "tcp://me:***@h:1");
        assert_eq!(without_password("ssh://me@h:22"), "ssh://me@h:22");
        assert!(!parse("ftp://me:hush@h").unwrap_err().to_string().contains("hush"));
        assert_eq!(parse("tcp://me:hush@h:1").unwrap().shown(), "tcp://h:1");
    }
}

//! Which engine to talk to, and the way to it.
//!
//! The order is the docker client's own: a flag, `DOCKER_HOST`, `DOCKER_CONTEXT`, `currentContext` of its settings
//! file, the default socket. Only when nothing of that says anything and the default socket is not there are the
//! sockets of other products tried.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::errors::encrypted;
use crate::error::Error;

/// The docker client's default on Unix.
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
/// The docker client's default on Windows.
const DEFAULT_PIPE: &str = "npipe:////./pipe/docker_engine";

/// What the caller knows that says where an engine is. Nothing else is looked up in the environment.
#[derive(Debug, Clone, Default)]
pub struct LocateHints {
    /// A flag on the command line.
    pub host: Option<String>,
    /// `DOCKER_HOST`.
    pub docker_host: Option<String>,
    /// `DOCKER_CONTEXT`.
    pub docker_context: Option<String>,
    /// `DOCKER_CONFIG`; `~/.docker` when it is none.
    pub config_dir: Option<PathBuf>,
    /// The person's home folder.
    pub home: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`.
    pub runtime_dir: Option<PathBuf>,
    /// Their numeric user, for `/run/user/UID` when `runtime_dir` is none.
    pub uid: Option<u32>,
}

/// An engine's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its address, `unix:///var/run/docker.sock`.
    pub endpoint: String,
    /// How it was found, to be told to a person: `DOCKER_HOST`, ``context `colima` ``, `default socket`.
    pub how: String,
    /// The folder with the docker client's `config.json`, where the credentials for registries are.
    pub config_dir: Option<PathBuf>,
}

impl Target {
    /// An engine at an address that is known.
    pub fn at(endpoint: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            how: say!("address given").to_owned(),
            config_dir: None,
        }
    }
}

/// An address taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A Unix socket's path.
    Unix(PathBuf),
    /// "host:port", without encryption.
    Tcp(String),
    /// A Windows named pipe.
    Pipe,
}

impl Address {
    /// Takes an endpoint apart; refuses what we cannot speak.
    pub(super) fn parse(endpoint: &str) -> Result<Self, Error> {
        let Some((scheme, rest)) = endpoint.split_once("://") else {
            return Err(
                Error::engine(say!("`{endpoint}` is no engine's address"; endpoint)).help(say!(
                    "write it like unix:///var/run/docker.sock or tcp://127.0.0.1:2375"
                )),
            );
        };
        match scheme {
            "unix" if cfg!(unix) && !rest.is_empty() => Ok(Self::Unix(PathBuf::from(rest))),
            "npipe" if cfg!(windows) => Ok(Self::Pipe),
            "tcp" | "http" => {
                let rest = rest.trim_end_matches('/');
                if rest.is_empty() || rest.contains('/') {
                    return Err(Error::engine(say!("`{endpoint}` is no engine's address"; endpoint))
                        .help(say!("write it like tcp://127.0.0.1:2375")));
                }
                let has_port = rest
                    .rsplit_once(':')
                    .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
                Ok(Self::Tcp(if has_port {
                    rest.to_owned()
                } else {
                    format!("{rest}:2375")
                }))
            }
            "ssh" => Err(Error::engine(say!("cannot speak SSH to the engine at {endpoint}"; endpoint)).help(say!("forward its socket: `ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock {}`, then set DOCKER_HOST=unix:///tmp/engine.sock", rest.trim_end_matches('/')))),
            "https" => Err(encrypted(endpoint)),
            _ => Err(Error::engine(say!("cannot speak to an engine at {endpoint}"; endpoint))
                .help(say!("set DOCKER_HOST to an address like unix:///var/run/docker.sock or tcp://127.0.0.1:2375"))),
        }
    }

    /// Whether ports that are published on the engine's 127.0.0.1 are reached from this machine. Desktop products
    /// forward them from their virtual machine.
    pub(super) fn is_local(&self) -> bool {
        match self {
            Self::Unix(_) | Self::Pipe => true,
            Self::Tcp(address) => {
                let host = address.rsplit_once(':').map_or(address.as_str(), |(host, _)| host);
                let host = host.trim_matches(['[', ']']);
                host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
        }
    }
}

/// Finds the engine that the docker client would talk to.
pub fn locate(hints: &LocateHints) -> Result<Target, Error> {
    let config_dir = hints
        .config_dir
        .clone()
        .or_else(|| hints.home.as_ref().map(|home| home.join(".docker")));
    let found = |endpoint: String, how: String| Target {
        endpoint,
        how,
        config_dir: config_dir.clone(),
    };

    for (host, how) in [(&hints.host, "--host"), (&hints.docker_host, "DOCKER_HOST")] {
        if let Some(host) = set(host.as_deref()) {
            return Ok(found(host.to_owned(), how.to_owned()));
        }
    }
    let named = match set(hints.docker_context.as_deref()) {
        Some(name) => Some(name.to_owned()),
        None => current_context(config_dir.as_deref())?,
    };
    if let Some(name) = named.filter(|name| name != "default") {
        let endpoint = context_endpoint(config_dir.as_deref(), &name)?;
        return Ok(found(endpoint, say!("context `{name}`"; name)));
    }
    if cfg!(windows) {
        return Ok(found(DEFAULT_PIPE.to_owned(), say!("default pipe").to_owned()));
    }
    let default = Path::new(DEFAULT_SOCKET);
    if !default.exists()
        && let Some(socket) = usual_sockets(hints).into_iter().find(|socket| socket.exists())
    {
        return Ok(found(
            format!("unix://{}", socket.display()),
            say!("a usual socket").to_owned(),
        ));
    }
    Ok(found(
        format!("unix://{DEFAULT_SOCKET}"),
        say!("default socket").to_owned(),
    ))
}

/// An empty variable counts as unset, as with the docker client.
fn set(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|value| !value.is_empty())
}

/// Where Docker Desktop, Colima, rootless engines and Podman put their sockets.
fn usual_sockets(hints: &LocateHints) -> Vec<PathBuf> {
    let mut sockets = Vec::new();
    if let Some(home) = &hints.home {
        for place in [
            ".docker/run/docker.sock",
            ".docker/desktop/docker.sock",
            ".colima/default/docker.sock",
        ] {
            sockets.push(home.join(place));
        }
    }
    let runtime = hints
        .runtime_dir
        .clone()
        .or_else(|| hints.uid.map(|uid| PathBuf::from(format!("/run/user/{uid}"))));
    if let Some(runtime) = runtime {
        sockets.push(runtime.join("docker.sock"));
        sockets.push(runtime.join("podman/podman.sock"));
    }
    sockets.push(PathBuf::from("/run/podman/podman.sock"));
    sockets
}

/// `config.json`, the part that names the current context.
#[derive(Deserialize)]
struct ClientConfig {
    #[serde(rename = "currentContext")]
    current_context: Option<String>,
}

fn current_context(config_dir: Option<&Path>) -> Result<Option<String>, Error> {
    let Some(path) = config_dir.map(|dir| dir.join("config.json")) else {
        return Ok(None);
    };
    let Some(text) = read_if_there(&path)? else {
        return Ok(None);
    };
    let config: ClientConfig = serde_json::from_str(&text).map_err(|error| {
        Error::engine(say!("cannot read the docker client's settings in `{}`", path.display()))
            .cause(error)
            .help(say!("mend the file, or set DOCKER_HOST"))
    })?;
    Ok(config.current_context.filter(|name| !name.is_empty()))
}

/// A context's `meta.json`: `{"Endpoints":{"docker":{"Host":"unix://…"}}}`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContextMeta {
    endpoints: ContextEndpoints,
}

#[derive(Deserialize)]
struct ContextEndpoints {
    docker: ContextHost,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContextHost {
    host: String,
}

fn context_endpoint(config_dir: Option<&Path>, name: &str) -> Result<String, Error> {
    let missing = || {
        Error::engine(say!("there is no docker context `{name}`"; name)).help(say!(
            "`docker context ls` shows them; `docker context use default` goes back to the default"
        ))
    };
    let dir = config_dir.ok_or_else(missing)?;
    let mut id = String::new();
    for byte in Sha256::digest(name.as_bytes()) {
        // Writing to a string does not fail.
        let _: std::fmt::Result = write!(id, "{byte:02x}");
    }
    let path = dir.join("contexts/meta").join(&id).join("meta.json");
    let text = read_if_there(&path)?.ok_or_else(missing)?;
    let meta: ContextMeta = serde_json::from_str(&text)
        .map_err(|error| Error::engine(say!("cannot read the docker context `{name}`"; name)).cause(error))?;
    let endpoint = meta.endpoints.docker.host;
    if endpoint.starts_with("tcp://") && dir.join("contexts/tls").join(&id).exists() {
        return Err(encrypted(&endpoint));
    }
    Ok(endpoint)
}

fn read_if_there(path: &Path) -> Result<Option<String>, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(Error::engine(say!("cannot read `{}`", path.display())).cause(error)),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay files of their own")]
mod tests {
    use super::*;

    fn with_config(text: &str) -> (tempfile::TempDir, LocateHints) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.json"), text).unwrap();
        let hints = LocateHints {
            config_dir: Some(dir.path().to_owned()),
            ..LocateHints::default()
        };
        (dir, hints)
    }

    fn add_context(dir: &Path, id: &str, host: &str) {
        let meta = dir.join("contexts/meta").join(id);
        std::fs::create_dir_all(&meta).unwrap();
        let text = format!(
            r#"{{"Name":"x","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{host}","SkipTLSVerify":false}}}}}}"#
        );
        std::fs::write(meta.join("meta.json"), text).unwrap();
    }

    /// The SHA-256 of "colima".
    const COLIMA: &str = "f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16";

    #[test]
    fn the_order_is_the_docker_clients() {
        let (dir, mut hints) = with_config(r#"{"currentContext":"colima","auths":{}}"#);
        add_context(dir.path(), COLIMA, "unix:///colima.sock");
        let found = locate(&hints).unwrap();
        assert_eq!(
            (found.endpoint.as_str(), found.how.as_str()),
            ("unix:///colima.sock", "context `colima`")
        );

        hints.docker_context = Some("default".to_owned());
        assert_ne!(locate(&hints).unwrap().endpoint, "unix:///colima.sock");
        hints.docker_host = Some("tcp://127.0.0.1:2375".to_owned());
        assert_eq!(locate(&hints).unwrap().how, "DOCKER_HOST");
        hints.host = Some("unix:///x".to_owned());
        assert_eq!(locate(&hints).unwrap().endpoint, "unix:///x");
        hints.host = Some(String::new());
        assert_eq!(locate(&hints).unwrap().how, "DOCKER_HOST");
    }

    #[test]
    fn a_named_context_that_is_missing_is_an_error() {
        let (_dir, hints) = with_config(r#"{"currentContext":"gone"}"#);
        assert_eq!(
            locate(&hints).unwrap_err().message(),
            "there is no docker context `gone`"
        );
    }

    #[test]
    fn a_context_with_tls_is_refused() {
        let (dir, hints) = with_config(r#"{"currentContext":"colima"}"#);
        add_context(dir.path(), COLIMA, "tcp://10.0.0.1:2376");
        std::fs::create_dir_all(dir.path().join("contexts/tls").join(COLIMA)).unwrap();
        assert!(locate(&hints).unwrap_err().message().contains("TLS"));
    }

    #[test]
    fn settings_that_are_no_json_are_told() {
        let (_dir, hints) = with_config("{");
        assert!(locate(&hints).unwrap_err().message().contains("settings"));
    }

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(Address::parse("unix:///a/b").unwrap(), Address::Unix("/a/b".into()));
        assert_eq!(Address::parse("tcp://h").unwrap(), Address::Tcp("h:2375".to_owned()));
        assert_eq!(Address::parse("tcp://h:1/").unwrap(), Address::Tcp("h:1".to_owned()));
        assert_eq!(
            Address::parse("tcp://[::1]:9").unwrap(),
            Address::Tcp("[::1]:9".to_owned())
        );
        for wrong in ["", "x", "tcp://", "ssh://me@host", "https://h:2376", "fd://"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Address::parse("tcp://[::1]:9").unwrap().is_local());
        assert!(Address::parse("tcp://localhost:9").unwrap().is_local());
        assert!(!Address::parse("tcp://docker:9").unwrap().is_local());
    }
}

//! Which engine: the docker CLI's order, then the usual sockets.
//!
//! `--host`, then DOCKER_HOST, then DOCKER_CONTEXT or `currentContext` of the client's config.json (a context's
//! address lies in `contexts/meta/<sha256 of its name>/meta.json`), then the default socket.

use std::{
    fmt::Write,
    io::Read,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::error::Error;

/// What the surroundings say about the engine.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// `--host`.
    pub host: Option<String>,
    /// DOCKER_HOST.
    pub docker_host: Option<String>,
    /// DOCKER_CONTEXT.
    pub docker_context: Option<String>,
    /// DOCKER_CONFIG.
    pub config: Option<PathBuf>,
    /// Home folder.
    pub home: Option<PathBuf>,
    /// XDG_RUNTIME_DIR.
    pub runtime_dir: Option<PathBuf>,
}

/// An engine's address and who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// "unix:///var/run/docker.sock".
    pub endpoint: String,
    /// "DOCKER_HOST", "the context `colima`".
    pub how: String,
}

const DEFAULT: &str = "/var/run/docker.sock";

/// Finds out which engine is meant. Whether it answers is found out when it is asked.
///
/// # Errors
/// When a context is named that is not there, or its file is broken.
pub fn locate(hints: &Hints) -> Result<Target, Error> {
    let target = |endpoint: &str, how: &str| Target {
        endpoint: if endpoint.starts_with('/') { format!("unix://{endpoint}") } else { endpoint.to_owned() },
        how: how.to_owned(),
    };
    if let Some(host) = &hints.host {
        return Ok(target(host, "--host"));
    }
    if let Some(host) = &hints.docker_host {
        return Ok(target(host, "DOCKER_HOST"));
    }
    let config = hints.config.clone().or_else(|| Some(hints.home.as_ref()?.join(".docker")));
    if let Some(config) = &config {
        let (name, how) = match &hints.docker_context {
            Some(name) => (Some(name.clone()), "DOCKER_CONTEXT"),
            None => (current_context(config), "the docker client's current context"),
        };
        if let Some(name) = name.filter(|name| name != "default") {
            return of_context(config, &name).map(|endpoint| target(&endpoint, &format!("{how} `{name}`")));
        }
    }
    let mut usual = vec![PathBuf::from(DEFAULT)];
    if let Some(home) = &hints.home {
        usual.extend([".docker/run/docker.sock", ".docker/desktop/docker.sock", ".colima/default/docker.sock"].map(|path| home.join(path)));
    }
    if let Some(folder) = &hints.runtime_dir {
        usual.extend(["docker.sock", "podman/podman.sock"].map(|path| folder.join(path)));
    }
    usual.push(PathBuf::from("/run/podman/podman.sock"));
    let found = usual.iter().find(|path| path.exists());
    Ok(match found.and_then(|path| path.to_str()) {
        Some(DEFAULT) | None if cfg!(windows) => target("npipe:////./pipe/docker_engine", "the default pipe"),
        Some(path) => target(path, if path == DEFAULT { "the default socket" } else { "a usual socket" }),
        None => target(DEFAULT, "the default socket"),
    })
}

fn read(path: &Path) -> Option<serde_json::Value> {
    let mut text = String::new();
    std::fs::File::open(path).ok()?.take(1024 * 1024).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn current_context(config: &Path) -> Option<String> {
    let name = read(&config.join("config.json"))?.get("currentContext")?.as_str()?.to_owned();
    (!name.is_empty()).then_some(name)
}

fn of_context(config: &Path, name: &str) -> Result<String, Error> {
    let mut hex = String::new();
    for byte in Sha256::digest(name.as_bytes()) {
        write!(hex, "{byte:02x}").ok();
    }
    let file = config.join("contexts").join("meta").join(hex).join("meta.json");
    let missing = || {
        Error::engine(format!("the docker context `{name}` is not there"))
            .cause(format!("no readable {}", file.display()))
            .help("`docker context ls` lists those that are; `docker context use default` goes back")
    };
    let value = read(&file).ok_or_else(missing)?;
    let host = value.pointer("/Endpoints/docker/Host").and_then(serde_json::Value::as_str).ok_or_else(missing)?;
    Ok(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_docker_clients_order_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().to_path_buf();
        let mut name_hex = String::new();
        for byte in Sha256::digest(b"lab") {
            write!(name_hex, "{byte:02x}").unwrap();
        }
        let meta = config.join("contexts/meta").join(name_hex);
        std::fs::create_dir_all(&meta).unwrap();
        let write = |path: PathBuf, text: &str| std::io::Write::write_all(&mut std::fs::File::create(path).unwrap(), text.as_bytes()).unwrap();
        write(meta.join("meta.json"), r#"{"Endpoints":{"docker":{"Host":"unix:///lab.sock"}}}"#);
        write(config.join("config.json"), r#"{"currentContext":"lab"}"#);
        let mut hints = Hints {
            config: Some(config),
            ..Hints::default()
        };
        assert_eq!(locate(&hints).unwrap().endpoint, "unix:///lab.sock");
        hints.docker_context = Some("none".to_owned());
        assert!(locate(&hints).is_err());
        hints.docker_host = Some("tcp://127.0.0.1:1".to_owned());
        assert_eq!(locate(&hints).unwrap().endpoint, "tcp://127.0.0.1:1");
        hints.host = Some("/x.sock".to_owned());
        assert_eq!(locate(&hints).unwrap().endpoint, "unix:///x.sock");
    }
}

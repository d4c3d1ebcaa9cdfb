//! Docker contexts: named engines, kept below the docker client's folder (docker/cli, cli/context/store).

use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::config_file::read_text;
use crate::{engine::address::Certificates, error::Error};

/// A context's engine.
pub(super) struct Context {
    /// Its address, as it stands there.
    pub(super) host: String,
    /// What TLS needs, where the context has TLS.
    pub(super) certificates: Option<Certificates>,
}

/// A context's `meta.json`: `{"Endpoints":{"docker":{"Host":"unix://…"}}}`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Meta {
    endpoints: Endpoints,
}

#[derive(Deserialize)]
struct Endpoints {
    docker: Endpoint,
}

#[derive(Deserialize)]
struct Endpoint {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_verify: bool,
}

/// Reads a context by its name.
///
/// # Errors
/// When there is none, or it cannot be read.
pub(super) fn read(config_dir: Option<&Path>, name: &str) -> Result<Context, Error> {
    let missing = || {
        Error::engine(say!("there is no docker context `{name}`"; name)).help(say!(
            "list them with `docker context ls`, or go back to the default with `docker context use default` (unless DOCKER_CONTEXT is set)"
        ))
    };
    let dir = config_dir.ok_or_else(missing)?.join("contexts");
    let id = hex::encode(Sha256::digest(name.as_bytes()));
    let path = dir.join("meta").join(&id).join("meta.json");
    let unreadable = |cause: String| {
        Error::engine(say!("cannot read the docker context `{name}`"; name))
            .cause(format!("`{}`: {cause}", path.display()))
            .help(say!(
                "create it again with `docker context create`, or go back to the default: `docker context use default`"
            ))
    };
    let text = read_text(&path)
        .map_err(|error| unreadable(error.to_string()))?
        .ok_or_else(missing)?;
    let meta: Meta = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let Endpoint { host, skip_verify } = meta.endpoints.docker;
    let tls = dir.join("tls").join(&id).join("docker");
    let certificates = certificates(&tls, skip_verify);
    Ok(Context {
        host,
        certificates: (skip_verify || tls.is_dir()).then_some(certificates),
    })
}

/// The files for TLS in a folder: those that are there.
pub(super) fn certificates(folder: &Path, skip_verify: bool) -> Certificates {
    let there = |name: &str| Some(folder.join(name)).filter(|path: &PathBuf| path.exists());
    Certificates {
        ca: there("ca.pem"),
        cert: there("cert.pem"),
        key: there("key.pem"),
        skip_verify,
    }
}

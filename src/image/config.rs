//! An image's configuration (OCI image-spec, `config.md`; Docker's own is the same in what is read here).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is read of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// "amd64".
    pub architecture: String,
    /// "linux".
    pub os: String,
    /// `NAME=value`, in order.
    pub env: Vec<String>,
    /// USER, empty for root.
    pub user: String,
    /// WORKDIR, "/" when unset.
    pub working_dir: String,
    /// "8000/tcp", sorted.
    pub exposed_ports: Vec<String>,
    /// ENTRYPOINT in exec form.
    pub entrypoint: Vec<String>,
    /// CMD in exec form.
    pub cmd: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Diff ids of the layers, base first.
    pub diff_ids: Vec<String>,
    /// The history, base first.
    pub history: Vec<History>,
}

/// An entry of the history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// What made it.
    #[serde(default)]
    pub created_by: String,
    /// Whether it made no layer.
    #[serde(default)]
    pub empty_layer: bool,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
    config: Option<RawConfig>,
    rootfs: RawRoot,
    history: Option<Vec<History>>,
}

#[derive(Deserialize)]
struct RawRoot {
    diff_ids: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawConfig {
    env: Option<Vec<String>>,
    user: Option<String>,
    working_dir: Option<String>,
    exposed_ports: Option<BTreeMap<String, serde_json::Value>>,
    entrypoint: Option<Vec<String>>,
    cmd: Option<Vec<String>>,
    labels: Option<BTreeMap<String, String>>,
}

impl Config {
    /// Reads a configuration; none when the text is none.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let raw: Raw = serde_json::from_slice(text).ok()?;
        let config = raw.config.unwrap_or_default();
        Some(Self {
            architecture: raw.architecture,
            os: raw.os,
            env: config.env.unwrap_or_default(),
            user: config.user.unwrap_or_default(),
            working_dir: config
                .working_dir
                .filter(|folder| !folder.is_empty())
                .unwrap_or_else(|| "/".to_owned()),
            exposed_ports: config.exposed_ports.unwrap_or_default().into_keys().collect(),
            entrypoint: config.entrypoint.unwrap_or_default(),
            cmd: config.cmd.unwrap_or_default(),
            labels: config.labels.unwrap_or_default(),
            diff_ids: raw.rootfs.diff_ids.unwrap_or_default(),
            history: raw.history.unwrap_or_default(),
        })
    }
}

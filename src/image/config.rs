//! An image's configuration (OCI image-spec, `config.md`; Docker's own is the same in what is read here).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::image::path::from_top;

/// What is read of an image's configuration, from its archive, or as the engine tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// "amd64".
    pub architecture: String,
    /// "linux".
    pub os: String,
    /// The environment, name and value, in order.
    pub env: Vec<(String, String)>,
    /// USER, empty for root.
    pub user: String,
    /// WORKDIR, "/" when unset.
    #[serde(alias = "workdir")]
    pub working_dir: String,
    /// WORKDIR as the configuration has it, empty when unset.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub written_working_dir: String,
    /// "8000/tcp", sorted.
    #[serde(alias = "exposed")]
    pub exposed_ports: Vec<String>,
    /// ENTRYPOINT in exec form; a shell form shows as `/bin/sh -c …`.
    pub entrypoint: Vec<String>,
    /// CMD in exec form.
    pub cmd: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// VOLUME's paths, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<String>,
    /// STOPSIGNAL.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stop_signal: String,
    /// The instructions of ONBUILD.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_build: Vec<String>,
    /// SHELL; empty where it is the default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shell: Vec<String>,
    /// The words of HEALTHCHECK, `CMD` or `CMD-SHELL` first; empty without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub healthcheck: Vec<String>,
    /// Diff ids of the layers, base first.
    pub diff_ids: Vec<String>,
    /// The history, base first. The engine does not tell it with the rest: it is known of archives only.
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
    #[serde(alias = "Config")]
    config: Option<RawConfig>,
    #[serde(default)]
    rootfs: RawRoot,
    history: Option<Vec<History>>,
}

#[derive(Deserialize, Default)]
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
    volumes: Option<BTreeMap<String, serde_json::Value>>,
    stop_signal: Option<String>,
    on_build: Option<Vec<String>>,
    shell: Option<Vec<String>>,
    healthcheck: Option<RawHealthcheck>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawHealthcheck {
    test: Option<Vec<String>>,
}

impl Config {
    /// Reads a configuration; none when the text is none.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let raw: Raw = serde_json::from_slice(text).ok()?;
        let config = raw.config.unwrap_or_default();
        Some(Self {
            architecture: raw.architecture,
            os: raw.os,
            env: environment(config.env.unwrap_or_default()),
            user: config.user.unwrap_or_default(),
            working_dir: working_dir(config.working_dir.as_deref()),
            written_working_dir: config.working_dir.unwrap_or_default(),
            exposed_ports: config.exposed_ports.unwrap_or_default().into_keys().collect(),
            entrypoint: config.entrypoint.unwrap_or_default(),
            cmd: config.cmd.unwrap_or_default(),
            labels: config.labels.unwrap_or_default(),
            volumes: config.volumes.unwrap_or_default().into_keys().collect(),
            stop_signal: config.stop_signal.unwrap_or_default(),
            on_build: config.on_build.unwrap_or_default(),
            shell: config.shell.unwrap_or_default(),
            healthcheck: config.healthcheck.and_then(|check| check.test).unwrap_or_default(),
            diff_ids: raw.rootfs.diff_ids.unwrap_or_default(),
            history: raw.history.unwrap_or_default(),
        })
    }
}

/// Takes each `NAME=value` apart.
pub fn environment(pairs: Vec<String>) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((&pair, ""));
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// The folder that containers start in: `/` where the configuration names none. BuildKit keeps the path as it was
/// written (`/server/`, `/a/../server`); the folder is the same.
pub fn working_dir(configured: Option<&str>) -> String {
    format!("/{}", from_top(configured.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::working_dir;

    #[test]
    fn a_working_directory_is_the_folder_that_containers_start_in() {
        for (configured, folder) in [
            (None, "/"),
            (Some(""), "/"),
            (Some("/server"), "/server"),
            (Some("/server/"), "/server"),
            (Some("/./app/../app"), "/app"),
            (Some("/a//b/../../server/."), "/server"),
        ] {
            assert_eq!(working_dir(configured), folder, "{configured:?}");
        }
    }
}

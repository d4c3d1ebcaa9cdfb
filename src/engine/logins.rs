//! Whether the docker client knows a login for a registry. What it is, is not read here.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

/// Bytes of a settings file that are read.
const LIMIT: usize = 1 << 20;

/// The part of `config.json` that says which registries there are logins for.
#[derive(Default, Deserialize)]
struct Logins {
    #[serde(default)]
    auths: BTreeMap<String, serde_json::Value>,
    #[serde(default, rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
}

/// Whether there is a login for a registry, by its host; none where the settings cannot be read.
pub fn has_login(config_dir: &Path, registry: &str) -> Option<bool> {
    let text = match std::fs::read(config_dir.join("config.json")) {
        Ok(text) if text.len() <= LIMIT => text,
        Ok(_) => return None,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(false),
        Err(_) => return None,
    };
    let logins: Logins = serde_json::from_slice(&text).ok()?;
    let is_of = |key: &String| {
        let host = key.split_once("://").map_or(key.as_str(), |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or(host);
        host == registry || (registry == "docker.io" && host == "index.docker.io")
    };
    Some(logins.auths.keys().any(is_of) || logins.helpers.keys().any(is_of))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay files of their own")]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_found_by_its_registrys_host() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(has_login(dir.path(), "docker.io"), Some(false));
        let text = r#"{"auths":{"https://index.docker.io/v1/":{}},"credHelpers":{"europe-docker.pkg.dev":"gcloud"}}"#;
        std::fs::write(dir.path().join("config.json"), text).unwrap();
        assert_eq!(has_login(dir.path(), "docker.io"), Some(true));
        assert_eq!(has_login(dir.path(), "europe-docker.pkg.dev"), Some(true));
        assert_eq!(has_login(dir.path(), "ghcr.io"), Some(false));
        std::fs::write(dir.path().join("config.json"), "{").unwrap();
        assert_eq!(has_login(dir.path(), "docker.io"), None);
    }
}
